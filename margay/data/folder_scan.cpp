// Goes down from a root, one entry at a time.
#include "margay/data/folder_scan.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "margay/core/error.h"
#include "margay/data/entry_kind.h"
#include "margay/data/file_start.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

bool starts_with_path(const fs::path& path, const fs::path& start) {
  return std::mismatch(start.begin(), start.end(), path.begin(), path.end()).first == start.end();
}

fs::directory_iterator entries_of(const fs::path& root) {
  std::error_code error;
  fs::directory_iterator entries(root, error);
  require<IoError>(!error, "data.dataset", fmt::format("cannot list {}: {}", root.string(), error.message()));
  return entries;
}

class FolderWalk {
 public:
  FolderWalk(const fs::path& root, OutsideFolders outside) : root_(root), outside_(outside) {}

  Listing list() {
    fs::directory_iterator entries = entries_of(root_);
    std::error_code error;
    canonical_root_ = fs::canonical(root_, error);
    require<IoError>(!error, "data.dataset",
                     fmt::format("cannot list {}: {}", root_.string(), error.message()));
    walk(std::move(entries), "");
    return builder_.finish();
  }

 private:
  void walk(fs::directory_iterator entries, const std::string& prefix) {
    std::error_code error;
    for (; !error && entries != fs::directory_iterator(); entries.increment(error))
      sort_entry(*entries, prefix + entries->path().filename().string());
    if (error) builder_.leave_out(prefix, kClosedFolder);
  }

  void enter(const fs::directory_entry& folder, const std::string& name, bool link) {
    if (is_named_as_picture(folder.path())) return refuse(name, "a folder named like a picture");
    if (folders_above(name) >= kMaxFolders)
      return builder_.leave_out(name, fmt::format("a folder below {} others", kMaxFolders));
    // Folders full of links to each other would make more ways than anybody can go.
    if (link && in_linked_) return builder_.leave_out(name, kLinkInLinked);
    if (link && leads_back(folder.path())) return builder_.leave_out(name, "a link to a folder around it");
    if (link && outside_ == OutsideFolders::leave_out && leads_outside(folder.path()))
      return builder_.leave_out(name, kLinkOutside);
    std::error_code error;
    fs::directory_iterator entries(folder.path(), error);
    if (error) return builder_.leave_out(name, kClosedFolder);
    builder_.add_folder(name);
    const bool was_in_linked = std::exchange(in_linked_, in_linked_ || link);
    walk(std::move(entries), name + '/');
    in_linked_ = was_in_linked;
  }

  void sort_entry(const fs::directory_entry& entry, const std::string& name) {
    std::error_code error;
    const bool link = entry.is_symlink(error);
    const fs::file_type type = entry.status(error).type();
    if (is_hidden(entry.path().filename().string())) return builder_.leave_out(name, "hidden");
    if (link && (error || type == fs::file_type::not_found)) return refuse(name, "a broken link");
    if (type == fs::file_type::directory) return enter(entry, name, link);
    if (type != fs::file_type::regular) return refuse(name, "not a regular file");
    add_file(entry.path(), name);
  }

  void add_file(const fs::path& file, const std::string& name) {
    const fs::path file_name = file.filename();
    if (!is_start_needed(file_name)) return builder_.add_picture({name});
    try {
      builder_.add_file({name}, read_start(file));
    } catch (const IoError&) {
      if (is_named_as_picture(file_name)) return builder_.add_picture({name});
      builder_.leave_out(name, kUnreadableFile);
    }
  }

  /// What has the name of a picture is listed as a broken one.
  void refuse(const std::string& name, const char* reason) {
    if (is_named_as_picture(name))
      builder_.add_picture({name, 0, reason});
    else
      builder_.leave_out(name, reason);
  }

  bool leads_outside(const fs::path& link) const {
    std::error_code error;
    const fs::path target = fs::canonical(link, error);
    return !error && !starts_with_path(target, canonical_root_);
  }

  /// Every folder on the way to the link, as it really is, against its target.
  bool leads_back(const fs::path& link) const {
    std::error_code error;
    const fs::path target = fs::canonical(link, error);
    if (error) return true;
    for (fs::path way = link.parent_path(); !way.empty(); way = way.parent_path()) {
      if (starts_with_path(fs::canonical(way, error), target)) return true;
      if (way == root_ || way == way.parent_path()) break;
    }
    return false;
  }

  const fs::path root_;
  const OutsideFolders outside_;
  fs::path canonical_root_;
  bool in_linked_ = false;  ///< inside a folder that a link led to
  ListingBuilder builder_;
};

}  // namespace

Listing list_folder(const fs::path& root, OutsideFolders outside) {
  return FolderWalk(root, outside).list();
}

}  // namespace margay::data
