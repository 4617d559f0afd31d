// A data set of small pictures that a small network learns in seconds: classes differ in colour, on noise.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/image/encode.h"

namespace margay::test {

/// Writes root/{train,validation}/{class}/N.png of `size` pixels; class k leans to channel k. `contrast` 0
/// makes the classes indistinguishable.
inline void write_tiny_dataset(const std::filesystem::path& root, const std::vector<std::string>& classes,
                               int train_each = 24, int validation_each = 8, int size = 16,
                               double contrast = 40) {
  for (const std::string split : {"train", "validation"}) {
    for (size_t k = 0; k < classes.size(); ++k) {
      const auto folder = root / split / classes[k];
      make_folder(folder);
      const int count = split == "train" ? train_each : validation_each;
      for (int i = 0; i < count; ++i) {
        Random random({hash_text(split), k, static_cast<uint64_t>(i)});
        image::Image picture(size, size);
        for (size_t p = 0; p < picture.pixels.size(); ++p) {
          const double lean = p % 3 == k % 3 ? contrast : 0;
          picture.pixels[p] = static_cast<uint8_t>(random.uniform(40, 180) + lean);
        }
        write_file_atomically(folder / (std::to_string(i) + ".png"), image::encode_png(picture));
      }
    }
  }
}

}  // namespace margay::test
