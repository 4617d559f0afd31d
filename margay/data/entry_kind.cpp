// Names are compared without their case.
#include "margay/data/entry_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "margay/core/lower_case.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 23> kPictureExtensions{
    ".jpg",  ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".heic",
    ".heif", ".avif", ".jp2", ".j2k",  ".jpf", ".pbm",  ".pgm", ".ppm", ".pnm", ".pam", ".tga"};

constexpr std::array<std::string_view, 16> kRawExtensions{".3fr", ".arw", ".cr2", ".cr3", ".dcr", ".dng",
                                                          ".erf", ".iiq", ".kdc", ".nef", ".nrw", ".orf",
                                                          ".pef", ".raf", ".rw2", ".srw"};

constexpr std::array<std::string_view, 5> kArchiveExtensions{".zip", ".tar", ".tgz", ".tbz2", ".txz"};
constexpr std::array<std::string_view, 4> kTarCompressions{".gz", ".bz2", ".xz", ".zst"};

bool contains(const auto& extensions, const std::string& lower_extension) {
  return std::find(extensions.begin(), extensions.end(), lower_extension) != extensions.end();
}

std::string extension_of(const fs::path& name) {
  return lower_case(name.extension().string());
}

}  // namespace

bool is_hidden(std::string_view name) {
  // Folders of systems and of network drives, beside what begins with a dot.
  constexpr std::array<std::string_view, 5> kOfSystems{"__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN",
                                                       "System Volume Information"};
  return name.starts_with('.') || std::ranges::find(kOfSystems, name) != kOfSystems.end();
}

bool is_named_as_picture(const fs::path& name) {
  return contains(kPictureExtensions, extension_of(name));
}

bool is_start_needed(const fs::path& name) {
  return !is_named_as_picture(name) || extension_of(name) == ".png";
}

bool is_named_as_table(const fs::path& name) {
  constexpr std::array<std::string_view, 4> kExtensions{".csv", ".tsv", ".jsonl", ".ndjson"};
  return contains(kExtensions, extension_of(name));
}

bool is_named_as_archive(const fs::path& path) {
  const std::string extension = extension_of(path);
  return contains(kArchiveExtensions, extension) ||
         (contains(kTarCompressions, extension) && extension_of(path.stem()) == ".tar");
}

std::string reason_as_raw(const fs::path& name) {
  // Raw files of cameras are TIFFs that begin with a thumbnail, which nobody means by the picture.
  const std::string extension = extension_of(name);
  return contains(kRawExtensions, extension) ? fmt::format("a raw file of a camera ({})", extension)
                                             : std::string();
}

/// Long or odd extensions share one reason, so that a hostile folder cannot make a table of a million rows.
std::string not_a_picture(const fs::path& name) {
  const std::string extension = extension_of(name);
  if (extension.size() < 2) return "not a picture (no extension)";
  const bool plain = extension.size() <= 9 && std::all_of(extension.begin() + 1, extension.end(), [](char c) {
                       return std::isalnum(static_cast<unsigned char>(c)) != 0;
                     });
  return plain ? fmt::format("not a picture ({})", extension) : "not a picture (other extension)";
}

size_t folders_above(std::string_view name) {
  return static_cast<size_t>(std::count(name.begin(), name.end(), '/'));
}

}  // namespace margay::data
