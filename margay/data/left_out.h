// What of a data set is not used: counted by reason and, up to a limit, known by name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "margay/data/skipped_file.h"

namespace margay::data {

/// A picture that is used although something of it is missing, was ignored or was guessed, and what.
struct NotedFile {
  std::filesystem::path path;
  std::string note;
};

/// An entry that is left out. Its name is a text: hostile ones have hundreds of parts, which cost a path
/// more.
struct LeftOutEntry {
  std::string name;  ///< relative to the root of the data set
  std::string reason;
};

/// Entries of a folder, an archive or a table that are no pictures to use.
class LeftOut {
 public:
  void add(std::string_view name, std::string_view reason);
  /// A whole folder that is left out and always named, such as one of runs, whatever is in it.
  void add_folder(std::string_view name, std::string_view reason);

  /// How many, by reason. Beyond a hundred reasons all others are one.
  const std::map<std::string, size_t>& counts() const { return counts_; }
  /// The first 10,000, with their reason, in the order in which they were added.
  const std::vector<LeftOutEntry>& entries() const { return entries_; }
  /// Of these, the whole folders.
  const std::vector<LeftOutEntry>& folders() const { return folders_; }
  size_t total() const;
  bool empty() const { return counts_.empty(); }

 private:
  std::map<std::string, size_t> counts_;
  std::vector<LeftOutEntry> entries_;
  std::vector<LeftOutEntry> folders_;
};

/// "left out: runs/ (2 runs of margay), 3 hidden, 1 not a picture (.txt)" for people; empty where nothing is.
std::string describe(const LeftOut& left_out);

}  // namespace margay::data
