// How the pictures of a run differ from what they were when it began.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "margay/data/content_hash.h"
#include "margay/run/recorded_data.h"

namespace margay::run {

/// A picture as it is now.
struct PresentPicture {
  std::filesystem::path path;  ///< absolute
  data::ContentHash content;
  std::string label = {}, split = {};  ///< empty: not known
};

/// What is different, by content.
struct DataChanges {
  /// A picture that moved.
  struct Rename {
    std::filesystem::path from, to;
  };
  /// A picture that a table says something else of: "train, cats".
  struct Reassigned {
    std::filesystem::path path;
    std::string from, to;
  };
  std::vector<Rename> renamed;                 ///< a recorded content that is now under another path
  std::vector<Reassigned> reassigned;          ///< a picture that is now of another class or split
  std::vector<std::filesystem::path> changed;  ///< another content under a recorded path, known from nowhere
  std::vector<std::filesystem::path> missing;  ///< a recorded content that is nowhere now
  std::vector<std::filesystem::path> added;    ///< a picture that the run did not use

  bool empty() const {
    return renamed.empty() && reassigned.empty() && changed.empty() && missing.empty() && added.empty();
  }
  /// "3 renamed (a.jpg is now b.jpg, ...); 1 missing (c.jpg)": numbers and the first examples.
  std::string describe() const;
};

/// Compares what a run has recorded with the pictures that there are now: those that it would use, and others
/// of its data set.
DataChanges changes_since(const RecordedData& recorded, std::span<const PresentPicture> present);

}  // namespace margay::run
