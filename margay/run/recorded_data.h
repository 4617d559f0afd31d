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
  std::string split, label;
  std::optional<data::ContentHash> content;  ///< nothing for pictures that the training did not use
};

/// What the weights that a training begins with, and those before them, have learned from: learned.csv.
struct LearnedBefore {
  std::vector<data::ContentHash> contents;
  /// Of which nobody knows what they have learned from, those of the run itself last.
  std::vector<std::string> unknown_weights;

  bool empty() const { return contents.empty() && unknown_weights.empty(); }
};

/// The pictures of a run as its manifest.csv has them, and what else its weights have learned from
/// (learned.csv).
class RecordedData {
 public:
  /// Of the run; nothing is known where it has no manifest, or one without hashes, as runs of earlier
  /// versions. Throws FormatError, IoError.
  static RecordedData read(const RunDirectory& directory);

  /// Whether it is known for sure which pictures the weights have seen.
  bool is_known() const { return known_ && altered_.empty(); }
  /// Whether some are known, such as those of a manifest that has been cut off.
  bool has_contents() const { return known_; }
  /// The name of a record that is not as the training wrote it; empty where there is none.
  const std::string& altered() const { return altered_; }
  /// Whether the weights have seen this picture in training, under whatever name.
  bool has_learned(const data::ContentHash& content) const;
  /// Whether it is one of the validation pictures of the run.
  bool has_validated(const data::ContentHash& content) const;
  /// All contents that the weights have learned from, sorted, each once.
  const std::vector<data::ContentHash>& learned() const { return learned_; }
  /// Weights that the run goes back to, by however many runs, of which it is not known what they have learned
  /// from; runs of earlier versions have not written it down.
  const std::vector<std::string>& unknown_weights() const { return unknown_weights_; }
  const std::vector<RecordedPicture>& pictures() const { return pictures_; }
  size_t validation_pictures() const { return validation_.size(); }
  /// Contents of validation pictures that the weights have not learned from.
  size_t fresh_validation_pictures() const;

 private:
  void read_manifest(const std::filesystem::path& path);
  void read_learned(const std::filesystem::path& path);

  bool known_ = false;
  std::string altered_;
  std::vector<RecordedPicture> pictures_;
  std::vector<data::ContentHash> learned_, validation_;  ///< sorted
  std::vector<std::string> unknown_weights_;
};

/// `learned.csv`: a line for each content that a run's weights have learned from besides its own training
/// pictures, and for weights that it goes back to of which that is not known.
std::string format_learned(const LearnedBefore& before);

}  // namespace margay::run
