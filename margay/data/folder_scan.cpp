// Sorts the entries of a folder by what can be done with them. Nothing is opened.
#include "margay/data/folder_scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <system_error>

#include "margay/core/error.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 14> kPictureExtensions{".jpg",  ".jpeg", ".jpe",  ".jfif", ".png",
                                                              ".webp", ".gif",  ".bmp",  ".dib",  ".tif",
                                                              ".tiff", ".heic", ".heif", ".avif"};

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

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

bool leads_outside(const fs::path& link, const fs::path& root) {
  std::error_code error;
  const fs::path target = fs::canonical(link, error);
  return !error && std::mismatch(root.begin(), root.end(), target.begin(), target.end()).first != root.end();
}

void sort_entry(const fs::directory_entry& entry, const fs::path& root, FolderScan& scan) {
  const std::string name = entry.path().filename().string();
  std::error_code error;
  const bool link = entry.is_symlink(error);
  const fs::file_type type = entry.status(error).type();
  const std::string extension = lower_case(entry.path().extension().string());
  const bool named_as_picture =
      std::find(kPictureExtensions.begin(), kPictureExtensions.end(), extension) != kPictureExtensions.end();
  if (is_hidden(name))
    ++scan.ignored["hidden"];
  else if (link && (error || type == fs::file_type::not_found))
    ++scan.ignored["a broken link"];
  else if (link && leads_outside(entry.path(), root))
    ++scan.ignored[kLinkOutside];
  else if (type == fs::file_type::directory && named_as_picture)
    ++scan.ignored["a folder named like a picture"];
  else if (type == fs::file_type::directory)
    scan.folders.push_back(name);
  else if (type != fs::file_type::regular)
    ++scan.ignored["not a regular file"];
  else if (!named_as_picture)
    ++scan.ignored[not_a_picture(extension)];
  else
    scan.pictures.push_back(name);
}

}  // namespace

FolderScan scan_folder(const fs::path& folder, const fs::path& root) {
  FolderScan scan;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) sort_entry(entry, root, scan);
  } catch (const fs::filesystem_error& error) {
    throw IoError("data.dataset", fmt::format("cannot list {}: {}", folder.string(), error.code().message()));
  }
  std::sort(scan.folders.begin(), scan.folders.end());
  std::sort(scan.pictures.begin(), scan.pictures.end());
  return scan;
}

void add_counts(IgnoredCounts& counts, const IgnoredCounts& more) {
  for (const auto& [reason, count] : more) counts[reason] += count;
}

}  // namespace margay::data
