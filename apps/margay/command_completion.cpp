// margay completion: what a shell loads to complete margay's command line.
#include <memory>

#include "apps/margay/command.h"
#include "apps/margay/completions.h"
#include "apps/margay/output.h"
#include "apps/margay/program.h"

namespace margay::app {

void add_completion(CLI::App& command, Outcome&) {
  auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "whose completion")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command.footer(
      "Examples:\n"
      "  margay completion bash > ~/.local/share/bash-completion/completions/margay\n"
      "  margay completion zsh > ~/.zfunc/_margay    (a folder of $fpath)\n"
      "  margay completion fish > ~/.config/fish/completions/margay.fish\n"
      "An installed margay has them already.");
  command.callback([shell] {
    Outcome unused;
    const CommandDescription program = describe(*make_program(unused));
    print_out("{}", *shell == "bash"  ? bash_completion(program)
                    : *shell == "zsh" ? zsh_completion(program)
                                      : fish_completion(program));
  });
}

}  // namespace margay::app
