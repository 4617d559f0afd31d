// A data set: which pictures there are, what they show, and which split they belong to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace margay::data {

/// One picture of a data set.
struct Sample {
  std::filesystem::path path;
  int label = 0;  ///< index into Dataset::classes
};

/// A picture that could not be used, and why.
struct SkippedFile {
  std::filesystem::path path;
  std::string reason;
};

/// A picture that is used although something of it is missing or was ignored, and what.
struct NotedFile {
  std::filesystem::path path;
  std::string note;
};

/// A named part of a data set: "train", "validation", "test", or "all" when a folder is not split.
struct Split {
  std::string name;
  std::vector<Sample> samples;  ///< sorted by class, then bytewise by path
};

/// The index of a folder of pictures. Nothing is decoded to make it.
struct Dataset {
  std::filesystem::path root;
  std::vector<std::string> classes;  ///< sorted bytewise
  std::vector<Split> splits;         ///< train, validation, test in that order where present; or only "all"
  std::map<std::string, size_t>
      ignored;  ///< files that are no pictures, counted by reason ("hidden", "not a picture (.txt)")
  std::vector<std::string> warnings;  ///< such as a class that is missing from a split

  /// Reads `root/train|validation|val|valid|test/CLASS/FILE`, or `root/CLASS/FILE` as one split "all". A
  /// single folder that holds nothing but the data set's folder is entered. Links are followed where they
  /// stay inside `root`, else counted. Throws DataError or IoError.
  static Dataset open(const std::filesystem::path& root);

  bool has_split(std::string_view name) const;
  /// Accepts the aliases val and valid. Throws UsageError that lists the splits.
  const Split& split(std::string_view name) const;
};

}  // namespace margay::data
