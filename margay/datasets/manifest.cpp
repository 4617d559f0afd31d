// The manifest as JSON.
#include "margay/datasets/manifest.h"

#include <algorithm>
#include <cctype>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"

namespace margay::datasets {
namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isxdigit(c) != 0 && std::isupper(c) == 0;
         });
}

/// A plain name, so that a manifest that was tampered with leads nowhere else.
bool is_folder_name(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find('/') == std::string_view::npos;
}

}  // namespace

Json Manifest::to_json() const {
  Json json;
  json["name"] = name;
  json["archive"] = archive;
  json["archive_bytes"] = archive_bytes;
  json["archive_sha256"] = archive_sha256;
  json["origin"] = origin;
  json["root"] = root;
  json["pictures"] = pictures;
  json["retrieved"] = retrieved;
  return json;
}

Manifest Manifest::from_json(const Json& json, std::string_view where) {
  Manifest manifest;
  manifest.name = json_value<std::string>(json, "name", where);
  manifest.archive = json_value<std::string>(json, "archive", where);
  manifest.archive_bytes = json_value<uint64_t>(json, "archive_bytes", where);
  manifest.archive_sha256 = json_value<std::string>(json, "archive_sha256", where);
  manifest.origin = json_value<std::string>(json, "origin", where);
  manifest.root = json_value<std::string>(json, "root", where);
  manifest.pictures = json_value<uint64_t>(json, "pictures", where);
  manifest.retrieved = json_value<std::string>(json, "retrieved", where);
  require<FormatError>(is_sha256(manifest.archive_sha256), where,
                       "'archive_sha256' is not 64 hexadecimal digits");
  require<FormatError>(is_folder_name(manifest.root), where, "'root' is not the name of a folder");
  return manifest;
}

Manifest Manifest::load(const std::filesystem::path& path) {
  const std::string where = path.string();
  return from_json(parse_json(read_text_file(path, 1 << 20), where), where);
}

}  // namespace margay::datasets
