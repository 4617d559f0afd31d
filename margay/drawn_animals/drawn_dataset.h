// Whole data sets of drawn animals on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"

namespace margay::drawn_animals {

/// What to draw.
struct DrawnDatasetOptions {
  std::vector<std::string> classes{"cats", "dogs"};  ///< of `animal_kinds()`
  int count = 2000;  ///< pictures in all, spread evenly over classes; a third of each class validates
  uint64_t seed = 1;
  int size = 0;     ///< side of the square pictures in pixels, 16 to 2048; 0 = 200 to 400 each way, at random
  int threads = 0;  ///< 0 = all processors of this process; does not change the pictures

  /// Throws UsageError.
  void validate() const;
};

/// Draws OUT/{train,validation}/CLASS/NAME.N.jpg and OUT/animals.json, which says of each picture: file,
/// class, width, height, the box [x, y, width, height] around the animal in pixels, seed and index. The
/// folder appears when it is whole; the same options give the same bytes on any number of threads. Returns
/// false when OUT holds this very set already. Throws IoError for another OUT that is not empty; Interrupted
/// when `stop` is requested.
bool draw_dataset(const std::filesystem::path& out, const DrawnDatasetOptions& options,
                  const ProgressObserver& progress = {}, std::stop_token stop = {});

}  // namespace margay::drawn_animals
