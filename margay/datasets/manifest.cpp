// The manifest as JSON.
#include "margay/datasets/manifest.h"

#include <algorithm>
#include <cctype>
#include <utility>

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

ArchiveFacts archive_from_json(const Json& json, std::string_view where) {
  ArchiveFacts archive{.file = json_value<std::string>(json, "file", where),
                       .bytes = json_value<uint64_t>(json, "bytes", where),
                       .sha256 = json_value<std::string>(json, "sha256", where),
                       .origin = json_value<std::string>(json, "origin", where)};
  require<FormatError>(is_sha256(archive.sha256), where, "'sha256' is not 64 hexadecimal digits");
  return archive;
}

/// As it was written when every data set had one archive, and no licence was noted.
Json from_old_form(const Json& json) {
  Json renewed = json;
  renewed["licence"] = "";
  Json archive = Json::object();
  for (const auto& [key, old_key] : {std::pair("file", "archive"),
                                     {"bytes", "archive_bytes"},
                                     {"sha256", "archive_sha256"},
                                     {"origin", "origin"}})
    if (json.contains(old_key)) archive[key] = json[old_key];
  renewed["archives"] = Json::array({archive});
  return renewed;
}

}  // namespace

Json Manifest::to_json() const {
  Json json;
  json["name"] = name;
  json["licence"] = licence;
  json["archives"] = Json::array();
  for (const ArchiveFacts& archive : archives)
    json["archives"].push_back({{"file", archive.file},
                                {"bytes", archive.bytes},
                                {"sha256", archive.sha256},
                                {"origin", archive.origin}});
  json["root"] = root;
  json["pictures"] = pictures;
  json["retrieved"] = retrieved;
  return json;
}

Manifest Manifest::from_json(const Json& json, std::string_view where) {
  if (json.is_object() && json.contains("archive") && !json.contains("archives"))
    return from_json(from_old_form(json), where);
  Manifest manifest;
  manifest.name = json_value<std::string>(json, "name", where);
  manifest.licence = json_value<std::string>(json, "licence", where);
  const auto archives = json_value<std::vector<Json>>(json, "archives", where);
  for (const Json& archive : archives) manifest.archives.push_back(archive_from_json(archive, where));
  require<FormatError>(!archives.empty(), where, "'archives' is empty");
  manifest.root = json_value<std::string>(json, "root", where);
  manifest.pictures = json_value<uint64_t>(json, "pictures", where);
  manifest.retrieved = json_value<std::string>(json, "retrieved", where);
  require<FormatError>(is_folder_name(manifest.root), where, "'root' is not the name of a folder");
  return manifest;
}

Manifest Manifest::load(const std::filesystem::path& path) {
  const std::string where = path.string();
  return from_json(parse_json(read_text_file(path, 1 << 20), where), where);
}

}  // namespace margay::datasets
