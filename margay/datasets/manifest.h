// Where a fetched data set came from, kept beside its pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"

namespace margay::datasets {

/// A file that a data set was made from.
struct ArchiveFacts {
  std::string file;  ///< name
  uint64_t bytes = 0;
  std::string sha256;  ///< 64 hexadecimal digits
  std::string origin;  ///< address or path that it came from

  bool operator==(const ArchiveFacts&) const = default;
};

/// What a downloaded data set was made from.
struct Manifest {
  std::string name;  ///< of the data set
  std::string licence;
  std::vector<ArchiveFacts> archives;  ///< one or more
  std::string root;                    ///< folder beside the manifest that holds the pictures
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
