// A data set: which pictures there are, what they show, and which split they belong to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/progress.h"
#include "margay/data/folder_scan.h"
#include "margay/data/left_out.h"
#include "margay/data/picture_store.h"
#include "margay/data/table_columns.h"

namespace margay::data {

/// One picture of a data set.
struct Sample {
  uint32_t picture = 0;  ///< in the store of its split
  int32_t label = 0;     ///< index into Dataset::classes
};

/// A named part of a data set: "train", "validation", "test", or "all" when it is not split.
struct Split {
  std::string name;
  std::shared_ptr<const PictureStore> store;
  std::vector<Sample> samples;  ///< sorted by class, then bytewise by path

  /// Where sample i lies, for people and manifests; in an archive it is no file.
  std::filesystem::path path(size_t i) const { return store->path(samples[i].picture); }
  /// The encoded bytes of sample i, to work with or to keep: see PictureStore. Thread-safe. Throws IoError or
  /// FormatError; see skip_reason.
  EncodedPicture take(size_t i, uint64_t limit_bytes) const {
    return store->take(samples[i].picture, limit_bytes);
  }
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
  /// Nothing is top, unless the folders look as if that were wrong, which is refused.
  std::optional<Labels> labels = std::nullopt;
  OutsideFolders outside_folders = OutsideFolders::leave_out;  ///< of links
  /// A regular expression (ECMAScript's) that finds the class in names of files, as LabelPattern does; empty:
  /// folders or tables say the class.
  std::string label_pattern = {};
  TableOptions table = {};
  ProgressObserver progress = {};  ///< of archives that are unpacked to be read
  std::stop_token stop = {};
};

/// The index of a set of pictures. No picture is opened to make it.
struct Dataset {
  std::filesystem::path root;
  std::string layout;                ///< what was understood, for people: "a zip with a folder per split ..."
  std::vector<std::string> classes;  ///< sorted bytewise
  std::vector<Split> splits;         ///< train, validation, test in that order where present; or only "all"
  LeftOut left_out;                  ///< entries that are no pictures, and folders of runs that margay made
  std::vector<std::string> warnings;  ///< such as a class that is missing from a split
  bool holds_none_back =
      false;  ///< no class has two different pictures, of which one could be for validation

  /// Reads `root/train/CLASS/FILE` with validation and test beside it, by any usual spelling (see
  /// split_of_name), or `root/CLASS/train/FILE`, or `root/CLASS/FILE` as one split "all", from a folder or
  /// from an archive of one (see archive::open_archive); or a manifest (see read_manifest). A single folder
  /// that holds nothing but the data set's folder is entered. Runs and sweeps of margay's are left out.
  /// Links: see list_folder. Throws DataError, FormatError, IoError or Interrupted.
  static Dataset open(const std::filesystem::path& root, const OpenOptions& options = {});

  bool has_split(std::string_view name) const;
  /// By any usual spelling, such as val. Throws UsageError that lists the splits.
  const Split& split(std::string_view name) const;
};

/// One or two lines for people: the layout, the classes, and the pictures of each split.
std::string describe(const Dataset& dataset);

/// The warning of a data set that has pictures to train on and none to check with.
inline constexpr const char* kNoValidation =
    "there is no validation split, so that nothing will show whether a network memorises";

}  // namespace margay::data
