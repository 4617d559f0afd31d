// margay man: the manual pages, from the same help.
#include <filesystem>
#include <memory>

#include "apps/margay/command.h"
#include "apps/margay/man_page.h"
#include "apps/margay/output.h"
#include "apps/margay/program.h"
#include "margay/core/atomic_file.h"

namespace margay::app {

void add_man(CLI::App& command, Outcome&) {
  auto folder = std::make_shared<std::string>();
  command.add_option("FOLDER", *folder, "where margay.1, margay-train.1 and the others go")->required();
  command.footer(
      "Examples:\n"
      "  margay man ~/.local/share/man/man1 && man margay-train\n"
      "An installed margay has them already.");
  command.callback([folder] {
    Outcome unused;
    make_folder(*folder);
    const std::vector<ManPage> pages = man_pages(describe(*make_program(unused)));
    for (const ManPage& page : pages)
      write_file_atomically(std::filesystem::path(*folder) / (page.name + ".1"), page.text);
    print_out("{} pages in {}\n", pages.size(), *folder);
  });
}

}  // namespace margay::app
