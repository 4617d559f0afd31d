// Looks at the place of a page.
#include "apps/margay/page_file.h"

#include "margay/core/error.h"

namespace margay::app {

void require_writable_page(const std::filesystem::path& page, std::string_view where) {
  const std::filesystem::path folder = page.has_parent_path() ? page.parent_path() : ".";
  require(std::filesystem::is_directory(folder), where,
          fmt::format("--html {}: there is no folder {}", page.string(), folder.string()),
          "make it first, or write elsewhere");
  // Whatever else has that name, a folder or a device, would be replaced by the page.
  require(!std::filesystem::exists(page) || std::filesystem::is_regular_file(page), where,
          fmt::format("--html {}: that is there and is no file", page.string()), "choose another name");
}

}  // namespace margay::app
