// Answers about many pictures in a file that grows as they come, and that a later call goes on with.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "margay/core/descriptor.h"

namespace margay::run {

/// A table of pictures: `path`, `class` (the most probable), `probability` (its own), `probability_CLASS` for
/// each class, `model`, and `error`, which is why there is no answer. CSV, or an object a line, by the ending
/// of its name
/// (.csv, .jsonl). A row is either there whole or, after a crash, the torn end of the file, which is cut off
/// when it is opened again. Not thread-safe.
class PredictionsFile {
 public:
  /// Opens the file for more rows and reads which pictures it has, or makes it. `model` tells answers apart
  /// that must not stand in one file, such as a checksum. With `overwrite` what is there is lost. Throws
  /// UsageError where the name ends in neither, where another process writes the file, and where it holds
  /// anything else than rows of this model with these classes; IoError.
  PredictionsFile(const std::filesystem::path& path, std::span<const std::string> classes, std::string model,
                  bool overwrite = false);

  /// Whether the file had a row for this picture when it was opened.
  bool has(const std::string& picture) const { return known_.contains(as_written(picture)); }
  /// How many it had.
  size_t known() const { return known_.size(); }

  /// A row, with a probability for each class. Throws IoError.
  void add(const std::string& picture, std::span<const double> probabilities);
  /// A row for a picture without an answer.
  void add_broken(const std::string& picture, const std::string& reason);
  /// Waits until all of it is on the disk. Throws IoError.
  void sync();

 private:
  void read_rows();
  void take_csv_row(std::string_view row, bool is_head);
  void take_json_row(std::string_view row);
  /// Whether the only row, which has no end, is the beginning of what this class writes first.
  bool may_be_torn(std::string_view row) const;
  /// A path as it comes back from a row: what is not UTF-8 is replaced in JSON.
  std::string as_written(const std::string& picture) const;
  void write(const std::string& row);
  [[noreturn]] void refuse(std::string_view found, std::string_view expected) const;

  std::filesystem::path path_;
  std::vector<std::string> classes_;
  std::string model_;
  bool is_csv_ = false;
  Descriptor file_;
  std::unordered_set<std::string> known_;
};

}  // namespace margay::run
