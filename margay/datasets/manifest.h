// Where a fetched data set came from, kept beside its pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "margay/core/json.h"

namespace margay::datasets {

/// What a downloaded data set was made from.
struct Manifest {
  std::string name;     ///< of the data set
  std::string archive;  ///< file name
  uint64_t archive_bytes = 0;
  std::string archive_sha256;  ///< 64 hexadecimal digits
  std::string origin;          ///< address or path that it came from
  std::string root;            ///< folder beside the manifest that holds the splits
  uint64_t pictures = 0;
  std::string retrieved;  ///< UTC, "2024-05-01T12:00:00Z"

  bool operator==(const Manifest&) const = default;
  Json to_json() const;
  /// Throws FormatError; `where` names the file in messages.
  static Manifest from_json(const Json& json, std::string_view where);
  /// Reads a manifest file. Throws FormatError or IoError.
  static Manifest load(const std::filesystem::path& path);
};

}  // namespace margay::datasets
