// Sorts entries by what can be done with them, the same way for folders and archives.
#include "margay/data/folder_scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 23> kPictureExtensions{
    ".jpg",  ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".heic",
    ".heif", ".avif", ".jp2", ".j2k",  ".jpf", ".pbm",  ".pgm", ".ppm", ".pnm", ".pam", ".tga"};

constexpr std::array<std::string_view, 5> kArchiveExtensions{".zip", ".tar", ".tgz", ".tbz2", ".txz"};
constexpr std::array<std::string_view, 4> kTarCompressions{".gz", ".bz2", ".xz", ".zst"};

constexpr const char* kFolderNamedAsPicture = "a folder named like a picture";

bool is_hidden(std::string_view name) {
  return name.starts_with('.') || name == "__MACOSX";
}

/// Long or odd extensions share one reason, so that a hostile folder cannot make a table of a million rows.
std::string not_a_picture(const std::string& extension) {
  if (extension.size() < 2) return "not a picture (no extension)";
  const bool plain = extension.size() <= 9 && std::all_of(extension.begin() + 1, extension.end(), [](char c) {
                       return std::isalnum(static_cast<unsigned char>(c)) != 0;
                     });
  return plain ? fmt::format("not a picture ({})", extension) : "not a picture (other extension)";
}

bool contains(const auto& extensions, const std::string& lower_extension) {
  return std::find(extensions.begin(), extensions.end(), lower_extension) != extensions.end();
}

bool is_named_as_picture(const std::string& lower_extension) {
  return contains(kPictureExtensions, lower_extension);
}

std::string extension_of(const fs::path& name) {
  return lower_case(name.extension().string());
}

bool starts_with_path(const fs::path& path, const fs::path& start) {
  return std::mismatch(start.begin(), start.end(), path.begin(), path.end()).first == start.end();
}

/// Why a file is left out, told by its name; empty for a picture.
std::string reason_to_ignore(const fs::path& file) {
  if (is_hidden(file.string())) return "hidden";
  const std::string extension = extension_of(file);
  return is_named_as_picture(extension) ? std::string() : not_a_picture(extension);
}

/// Goes down from a root.
class FolderWalk {
 public:
  explicit FolderWalk(const fs::path& root) : root_(root), canonical_root_(fs::canonical(root)) {}

  Listing list() {
    std::error_code error;
    fs::directory_iterator entries(root_, error);
    require<IoError>(!error, "data.dataset",
                     fmt::format("cannot list {}: {}", root_.string(), error.message()));
    walk(std::move(entries), "");
    return std::move(listing_);
  }

 private:
  void walk(fs::directory_iterator entries, const std::string& prefix) {
    std::error_code error;
    for (; !error && entries != fs::directory_iterator(); entries.increment(error))
      sort_entry(*entries, prefix + entries->path().filename().string());
    if (error) ++listing_.ignored[kClosedFolder];
  }

  void enter(const fs::directory_entry& folder, const std::string& name, bool link) {
    if (is_named_as_picture(extension_of(folder.path()))) return refuse(name, kFolderNamedAsPicture);
    // Folders full of links to each other would make more ways than anybody can go.
    if (link && in_linked_) return ignore("a link to a folder in a linked folder");
    if (link && leads_back(folder.path())) return ignore("a link to a folder that it lies in");
    std::error_code error;
    fs::directory_iterator entries(folder.path(), error);
    if (error) return ignore(kClosedFolder);
    listing_.folders.push_back(name);
    const bool was_in_linked = std::exchange(in_linked_, in_linked_ || link);
    walk(std::move(entries), name + '/');
    in_linked_ = was_in_linked;
  }

  void sort_entry(const fs::directory_entry& entry, const std::string& name) {
    std::error_code error;
    const bool link = entry.is_symlink(error);
    const fs::file_type type = entry.status(error).type();
    if (is_hidden(entry.path().filename().string())) return ignore("hidden");
    if (link && (error || type == fs::file_type::not_found)) return refuse(name, "a broken link");
    if (link && leads_outside(entry.path())) return refuse(name, kLinkOutside);
    if (type == fs::file_type::directory) return enter(entry, name, link);
    if (type != fs::file_type::regular) return refuse(name, "not a regular file");
    if (const std::string reason = reason_to_ignore(entry.path().filename()); !reason.empty())
      return ignore(reason);
    listing_.pictures.push_back({name});
  }

  void ignore(const std::string& reason) { ++listing_.ignored[reason]; }

  /// What has the name of a picture is listed as a broken one.
  void refuse(const std::string& name, const char* reason) {
    if (is_named_as_picture(extension_of(name)))
      listing_.pictures.push_back({name, 0, reason});
    else
      ignore(reason);
  }

  bool leads_outside(const fs::path& link) const {
    std::error_code error;
    const fs::path target = fs::canonical(link, error);
    return !error && !starts_with_path(target, canonical_root_);
  }

  /// Every folder on the way to the link, as it really is, against its target.
  bool leads_back(const fs::path& link) const {
    const fs::path target = fs::canonical(link);
    std::error_code error;
    for (fs::path way = link.parent_path(); !way.empty(); way = way.parent_path()) {
      if (starts_with_path(fs::canonical(way, error), target)) return true;
      if (way == root_ || way == way.parent_path()) break;
    }
    return false;
  }

  const fs::path root_;
  const fs::path canonical_root_;
  bool in_linked_ = false;  ///< inside a folder that a link led to
  Listing listing_;
};

/// Why a folder in an archive is not entered; empty when it is.
std::string reason_to_pass(const fs::path& folder) {
  for (const fs::path& part : folder) {
    if (is_hidden(part.string())) return "hidden";
    if (is_named_as_picture(extension_of(part))) return kFolderNamedAsPicture;
  }
  return {};
}

void sort_and_keep_first(Listing& listing) {
  auto& pictures = listing.pictures;
  std::stable_sort(pictures.begin(), pictures.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto end = std::unique(pictures.begin(), pictures.end(),
                               [](const auto& a, const auto& b) { return a.name == b.name; });
  if (end != pictures.end())
    listing.ignored["a name that is there twice"] += static_cast<size_t>(pictures.end() - end);
  pictures.erase(end, pictures.end());
  std::sort(listing.folders.begin(), listing.folders.end());
}

}  // namespace

bool is_named_as_archive(const fs::path& path) {
  const std::string extension = extension_of(path);
  return contains(kArchiveExtensions, extension) ||
         (contains(kTarCompressions, extension) && extension_of(path.stem()) == ".tar");
}

Listing list_folder(const fs::path& root) {
  Listing listing = FolderWalk(root).list();
  sort_and_keep_first(listing);
  return listing;
}

OpenedArchive list_archive(const fs::path& path, const ProgressObserver& progress, std::stop_token stop) {
  Listing listing;
  std::set<std::string> folders;
  const auto enter = [&](fs::path folder) {
    for (; !folder.empty() && folders.insert(folder.generic_string()).second; folder = folder.parent_path()) {
    }
  };
  const auto found = [&](std::string_view name, uint32_t entry) {
    const bool is_folder = name.ends_with('/');
    const fs::path plain = fs::path(is_folder ? name.substr(0, name.size() - 1) : name).lexically_normal();
    if (plain.empty() || plain == ".") return;
    const fs::path folder = is_folder ? plain : plain.parent_path();
    std::string reason = reason_to_pass(folder);
    if (reason.empty()) enter(folder);
    if (is_folder) return;
    if (reason.empty()) reason = reason_to_ignore(plain.filename());
    if (reason.empty())
      listing.pictures.push_back({plain.generic_string(), entry});
    else
      ++listing.ignored[reason];
  };
  const auto refused = [&](std::string_view, std::string_view reason) {
    ++listing.ignored[fmt::format("{} in the archive", reason)];
  };
  auto opened = archive::open_archive(path, {found, refused}, {}, progress, stop);
  listing.folders.assign(folders.begin(), folders.end());
  sort_and_keep_first(listing);
  return {std::move(opened), std::move(listing)};
}

}  // namespace margay::data
