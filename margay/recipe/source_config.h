// What a run learned from, and how it was read: what commands about the same pictures have to say again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "margay/core/json.h"

namespace margay::recipe {

class DocumentReader;

/// How `data` was read, and which of its pictures were taken, as the options of `margay train` say it. What
/// was not said is empty.
struct ReadingConfig {
  std::string labels, label_pattern;
  std::string path_column, label_column, split_column;
  std::string root;  ///< of a table's paths
  std::optional<std::string> suffix;
  bool follow_links = false;
  std::string max_megapixels;
  std::optional<double> validation;
  bool allow_broken = false;
};

/// The keys of [source], written down so that a run can be resumed, and that what is advised about it is
/// about the same pictures.
struct SourceConfig {
  std::string recipe;                ///< name or path
  std::filesystem::path data;        ///< absolute
  std::vector<std::string> classes;  ///< in the order of the outputs
  std::string weights_sha256;        ///< of the file of network.weights; empty without one
  std::string table_sha256;          ///< of `data`, where that is a table; else empty
  uint64_t split_seed = 0;           ///< which pictures were held back, see data::split_by_content
  ReadingConfig reading;
};

/// Throws UsageError as DocumentReader does.
SourceConfig read_source(DocumentReader source);

/// What is not said is left out.
Json to_json(const SourceConfig& source);

/// Options that every command about `data` needs, as words of a command line.
std::vector<std::string> data_words(const ReadingConfig& reading);

/// Those that the run's manifest.csv needs in the place of `data`: it says all else itself.
std::vector<std::string> manifest_words(const ReadingConfig& reading);

/// How the data are split and which are taken, for commands that train.
std::vector<std::string> split_words(const SourceConfig& source);

}  // namespace margay::recipe
