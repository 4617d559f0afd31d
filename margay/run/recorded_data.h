// What a run knows of its pictures by content: which it has learned from, and which have chosen its model.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "margay/data/content_hash.h"
#include "margay/run/run_directory.h"

namespace margay::run {

/// A line of a run's manifest.
struct RecordedPicture {
  std::filesystem::path path;  ///< absolute
  std::string split;
  std::optional<data::ContentHash> content;  ///< nothing for pictures that the training did not use
};

/// The pictures of a run as its manifest.csv has them, and what else its weights have learned from
/// (learned.csv).
class RecordedData {
 public:
  /// Of the run; nothing is known where it has no manifest, or one without hashes, as runs of earlier
  /// versions. Throws FormatError, IoError.
  static RecordedData read(const RunDirectory& directory);

  bool is_known() const { return known_; }
  /// Whether the weights have seen this picture in training, under whatever name.
  bool has_learned(const data::ContentHash& content) const;
  /// Whether it is one of the validation pictures of the run.
  bool has_validated(const data::ContentHash& content) const;
  /// All contents that the weights have learned from, sorted, each once.
  const std::vector<data::ContentHash>& learned() const { return learned_; }
  const std::vector<RecordedPicture>& pictures() const { return pictures_; }
  size_t validation_pictures() const { return validation_.size(); }
  /// Contents of validation pictures that the weights have not learned from.
  size_t fresh_validation_pictures() const;

 private:
  void read_manifest(const std::filesystem::path& path);

  bool known_ = false;
  std::vector<RecordedPicture> pictures_;
  std::vector<data::ContentHash> learned_, validation_;  ///< sorted
};

/// `learned.csv`: contents that a run's weights have learned from besides its own training pictures.
std::string format_learned(const std::vector<data::ContentHash>& contents);

}  // namespace margay::run
