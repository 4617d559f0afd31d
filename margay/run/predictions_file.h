// Answers about many pictures in a file that grows as they come, and that a later call goes on with.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "margay/core/descriptor.h"

namespace margay::run {

/// A table of pictures: `path`, `class` (the most probable), `probability` (its own), `probability_CLASS` for
/// each class, `model`, `file` (changes when the picture's file does), and `error`, which is why there is no
/// answer. CSV, or an object a line, by the ending of its name (.csv, .jsonl); names that are not UTF-8 as
/// `format_csv_field` and `append_name` write them. A row is either there whole
/// or, after a crash, the torn end of the file, which is cut off when it is opened again. Not thread-safe.
class PredictionsFile {
 public:
  /// Opens the file for more rows and reads which pictures it has, or makes it. `model` tells answers apart
  /// that must not stand in one file, such as a checksum. With `overwrite` what is there is lost. Throws
  /// UsageError where the name ends in neither, where another process writes the file, and where it holds
  /// anything else than rows of this model with these classes; IoError.
  PredictionsFile(const std::filesystem::path& path, std::span<const std::string> classes, std::string model,
                  bool overwrite = false);

  /// Whether there is an answer about this picture as its file is now. What was broken may be mended.
  bool has_answer(const std::string& picture, const std::string& file) const;
  /// How many pictures have a row.
  size_t known() const { return known_.size(); }

  /// A row, with a probability for each class; it replaces one that the picture has. Throws IoError.
  void add(const std::string& picture, const std::string& file, std::span<const double> probabilities);
  /// A row for a picture without an answer; none where the same is there already.
  void add_broken(const std::string& picture, const std::string& file, const std::string& reason);
  /// Drops the rows that others have replaced and waits until all is on the disk. Nothing can be added
  /// afterwards. Throws IoError.
  void finish();

 private:
  /// What a row says about a picture, besides the answer.
  struct State {
    std::string file, error;
    bool operator==(const State&) const = default;
  };
  struct Row {
    std::string picture;
    State state;
  };

  void read_rows();
  void check_head(std::string_view row) const;
  Row row_of(std::string_view row) const;
  Row csv_row(std::string_view row) const;
  Row json_row(std::string_view row) const;
  void know(Row row);
  void drop_replaced_rows() const;
  /// Whether the only row, which has no end, is the beginning of what this class writes first.
  bool may_be_torn(std::string_view row) const;
  /// A path as it comes back from a row: cells of CSV stay as they are written.
  std::string as_written(const std::string& picture) const;
  void write(const std::string& row);
  [[noreturn]] void refuse(std::string_view found, std::string_view expected) const;

  std::filesystem::path path_;
  std::vector<std::string> classes_;
  std::string model_;
  bool is_csv_ = false;
  Descriptor file_;
  std::unordered_map<std::string, State> known_;  ///< by the last row of each picture
  bool has_replaced_rows_ = false;
};

}  // namespace margay::run
