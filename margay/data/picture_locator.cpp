// Every archive is listed once.
#include "margay/data/picture_locator.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/data/archive_scan.h"
#include "margay/data/entry_kind.h"

namespace margay::data {
namespace fs = std::filesystem;

void PictureLocator::add(const std::string& path, size_t line) {
  if (!find(path) && missing_++ == 0) first_missing_ = fmt::format("{} (line {})", path, line);
}

void PictureLocator::check_missing(const fs::path& table, size_t pictures, const std::string& looked_for,
                                   std::vector<std::string>& warnings) const {
  if (missing_ == 0) return;
  const std::string found =
      fmt::format("{} of {} files of the table {} {} missing, such as {}", missing_, pictures, table.string(),
                  missing_ == 1 ? "is" : "are", first_missing_);
  const std::string suffix = options_.table.suffix.value_or("");
  require<DataError>(missing_ < pictures, "data.manifest", found,
                     !suffix.starts_with('.') && is_named_as_picture("x." + suffix)
                         ? fmt::format("did you mean {}?", option_text("suffix", "." + suffix))
                         : looked_for);
  warnings.push_back(fmt::format("{}; {}", found, looked_for));
}

/// Adds a picture to the store; false for one that is not there.
bool PictureLocator::find(const std::string& path) {
  fs::path way;
  for (const fs::path& part : fs::path(path)) {
    way /= part;
    if (way.native().size() == path.size() || !is_named_as_archive(part)) continue;
    if (const Members* members = members_of(way.string()))
      return add_member(path, *members, path.substr(way.native().size() + 1));
  }
  std::error_code error;
  const bool is_there = fs::exists(path, error) || error == std::errc::permission_denied;
  const bool is_absent =
      !error || error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
  if (is_there)
    store_.add_file(path);
  else
    store_.add_missing(path, is_absent ? "no such file" : error.message());
  return is_there;
}

/// Null where the path is a folder, or nothing.
const PictureLocator::Members* PictureLocator::members_of(const std::string& path) {
  const auto [found, is_new] = archives_.try_emplace(path);
  std::error_code error;
  if (is_new && fs::is_regular_file(path, error)) {
    OpenedArchive opened = list_archive(path, options_.progress, options_.stop);
    found->second = std::make_unique<Members>(
        Members{store_.add_archive(std::move(opened.archive), path), std::move(opened.listing.pictures)});
  }
  return found->second.get();
}

bool PictureLocator::add_member(const std::string& path, const Members& members, const std::string& name) {
  const auto found =
      std::lower_bound(members.pictures.begin(), members.pictures.end(), name,
                       [](const ListedPicture& a, const std::string& b) { return a.name < b; });
  const bool is_there = found != members.pictures.end() && found->name == name;
  if (is_there)
    store_.add_entry(path, members.archive, found->entry);
  else
    store_.add_missing(path, "is not in the archive");
  return is_there;
}

}  // namespace margay::data
