// Looks at what is in a folder.
#include "margay/run/output_folder.h"

#include <string>
#include <system_error>

#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/data/folder_scan.h"
#include "margay/run/run_directory.h"

namespace margay::run {
namespace fs = std::filesystem;

namespace {

/// A picture that margay has not drawn and that lies in nothing of ours; empty where there is none.
std::string foreign_picture(const fs::path& folder,
                            const std::function<bool(const fs::path& entry)>& is_ours) {
  const data::Listing listing = data::list_folder(folder);
  for (const data::ListedPicture& picture : listing.pictures)
    if (!is_ours(folder / picture.name.substr(0, picture.name.find('/')))) return picture.name;
  return {};
}

}  // namespace

void require_folder_of_ours(const fs::path& folder, const std::function<bool(const fs::path& entry)>& is_ours,
                            std::string_view where) {
  std::error_code none;  // where there is no folder, there is nothing in it
  std::string foreign;
  bool has_ours = false;
  for (fs::directory_iterator entry(folder, none), end; !none && entry != end; entry.increment(none)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    if (is_ours(entry->path()))
      has_ours = true;
    else
      foreign = name;
  }
  // Somebody's notes may lie beside what is ours, their pictures may not.
  if (has_ours && !foreign.empty()) foreign = foreign_picture(folder, is_ours);
  require(foreign.empty(), where,
          fmt::format("{} holds something else already, such as {}", folder.string(), foreign),
          "choose a new folder with `out`"_worded);
}

bool is_run(const fs::path& folder) {
  std::error_code unreadable;
  return fs::is_regular_file(RunDirectory{folder}.config(), unreadable);
}

bool is_run_of_sweep(const fs::path& folder) {
  return folder.filename().string().starts_with("trial-") && is_run(folder);
}

}  // namespace margay::run
