// A data set: which pictures there are, what they show, and which split they belong to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/progress.h"
#include "margay/data/picture_store.h"

namespace margay::data {

/// One picture of a data set.
struct Sample {
  uint32_t picture = 0;  ///< in the store of its split
  int32_t label = 0;     ///< index into Dataset::classes
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

/// A named part of a data set: "train", "validation", "test", or "all" when it is not split.
struct Split {
  std::string name;
  std::shared_ptr<const PictureStore> store;
  std::vector<Sample> samples;  ///< sorted by class, then bytewise by path

  /// Where sample i lies, for people and manifests; in an archive it is no file.
  std::filesystem::path path(size_t i) const { return store->path(samples[i].picture); }
  /// The encoded bytes of sample i. Thread-safe. Throws IoError or FormatError; see skip_reason.
  std::vector<uint8_t> read(size_t i, uint64_t limit_bytes) const {
    return store->read(samples[i].picture, limit_bytes);
  }
};

/// Which folder names a picture's class where folders lie in folders, as in animals/cats/1.jpg.
enum class Labels {
  top,   ///< the outermost: animals
  leaf,  ///< the innermost: cats
  path,  ///< all of them: animals/cats
};

/// The enumerator of that name; throws UsageError that lists the names.
Labels labels_from_text(std::string_view text);

/// How a data set is read.
struct OpenOptions {
  Labels labels = Labels::top;
  ProgressObserver progress = {};  ///< of archives that are unpacked to be read
  std::stop_token stop = {};
};

/// The index of a set of pictures. No picture is opened to make it.
struct Dataset {
  std::filesystem::path root;
  std::string layout;                ///< what was understood, for people: "a zip with a folder per split ..."
  std::vector<std::string> classes;  ///< sorted bytewise
  std::vector<Split> splits;         ///< train, validation, test in that order where present; or only "all"
  std::map<std::string, size_t>
      ignored;  ///< files that are no pictures, counted by reason ("hidden", "not a picture (.txt)")
  std::vector<std::string> warnings;  ///< such as a class that is missing from a split

  /// Reads `root/train|validation|val|valid|test/CLASS/FILE`, or `root/CLASS/FILE` as one split "all", from a
  /// folder or from an archive of one (see archive::open_archive); or a manifest (see read_manifest). A
  /// single folder that holds nothing but the data set's folder is entered. Links are followed where they
  /// stay inside `root`, else counted. Throws DataError, FormatError, IoError or Interrupted.
  static Dataset open(const std::filesystem::path& root, const OpenOptions& options = {});

  bool has_split(std::string_view name) const;
  /// Accepts the aliases val and valid. Throws UsageError that lists the splits.
  const Split& split(std::string_view name) const;
};

/// One or two lines for people: the layout, the classes, and the pictures of each split.
std::string describe(const Dataset& dataset);

/// The warning of a data set that has pictures to train on and none to check with.
inline constexpr const char* kNoValidation =
    "there is no validation split, so that nothing will show whether a network memorises";

/// "train", "validation" (also for val and valid) or "test", whatever the case; empty for other names.
std::string split_of_name(std::string_view name);

}  // namespace margay::data
