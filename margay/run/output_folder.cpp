// Looks at what is in a folder.
#include "margay/run/output_folder.h"

#include <string>
#include <system_error>

#include "margay/core/error.h"
#include "margay/run/run_directory.h"

namespace margay::run {
namespace fs = std::filesystem;

void require_folder_of_ours(const fs::path& folder, const std::function<bool(const fs::path& entry)>& is_ours,
                            std::string_view where) {
  std::error_code none;  // where there is no folder, there is nothing in it
  std::string foreign;
  for (fs::directory_iterator entry(folder, none), end; !none && entry != end; entry.increment(none)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    if (is_ours(entry->path())) return;
    foreign = name;
  }
  require(foreign.empty(), where,
          fmt::format("{} holds something else already, such as {}", folder.string(), foreign),
          "choose a new folder with --out");
}

bool is_run(const fs::path& folder) {
  std::error_code unreadable;
  return fs::is_regular_file(RunDirectory{folder}.config(), unreadable);
}

}  // namespace margay::run
