// What is in a data set once every picture has been decoded: the facts of `margay inspect`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/data/dataset.h"
#include "margay/data/duplicates.h"

namespace margay::data {

/// Smallest, middle (the lower of two) and largest of some numbers.
template <class Number>
struct Spread {
  Number min{};
  Number median{};
  Number max{};
};

/// Counts of one split; both vectors are indexed by class.
struct InspectedSplit {
  std::string name;
  std::vector<size_t> usable;   ///< pictures that decode
  std::vector<size_t> skipped;  ///< pictures that do not
};

/// What is known of a usable picture. Small, for there may be millions.
struct PictureFacts {
  uint32_t split = 0;   ///< index into Dataset::splits
  uint32_t sample = 0;  ///< in that split
  int width = 0;        ///< pixels, after orientation
  int height = 0;
  float brightness = 0;  ///< mean luma (Rec. 601), 0 = black to 1 = white
  bool turned = false;   ///< its EXIF orientation turns or mirrors it
};

/// What is in a data set: counts, sizes, formats, and what is wrong with it.
struct Inspection {
  std::filesystem::path root;
  std::string layout;  ///< what was understood, for people
  std::vector<std::string> classes;
  std::vector<InspectedSplit> splits;
  std::map<std::string, size_t> formats;  ///< usable pictures by what their bytes are, such as "JPEG"
  Spread<int> width;                      ///< pixels, after orientation; of usable pictures, as all below
  Spread<int> height;
  Spread<double> aspect;             ///< width / height
  Spread<double> brightness;         ///< mean luma of a picture, 0 = black to 1 = white
  uint64_t total_bytes = 0;          ///< of the files
  size_t turned = 0;                 ///< pictures that their EXIF orientation turns or mirrors
  size_t partial = 0;                ///< pictures of files that end early, of which a part is used
  size_t converted = 0;              ///< pictures whose colours an ICC profile brought to sRGB
  LeftOut left_out;                  ///< entries that are no pictures
  std::vector<SkippedFile> skipped;  ///< pictures that cannot be used, in the order of the splits
  std::vector<NotedFile> noted;      ///< usable pictures of which something is missing or ignored
  std::vector<std::string> warnings;
  std::vector<PictureFacts> pictures;  ///< the usable ones, in the order of the splits
  std::vector<Copies> copies;          ///< usable files of the same bytes, by their number in `pictures`

  size_t usable() const { return pictures.size(); }
  /// How many files could go and leave every picture there is.
  size_t redundant() const;
  /// `path` as people want to see it: without the root where it is below that.
  std::filesystem::path shown_path(const std::filesystem::path& path) const;
  Json to_json() const;
};

/// Decodes every picture of the data set on the threads of `pool`. Broken pictures are facts, not errors.
/// Throws Interrupted when `stop` is requested.
Inspection inspect(const Dataset& dataset, WorkerPool& pool, const ProgressObserver& progress = {},
                   std::stop_token stop = {});

}  // namespace margay::data
