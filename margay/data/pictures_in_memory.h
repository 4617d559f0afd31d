// Data sets that were never files: pictures of a camera, a database or another program.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "margay/data/dataset.h"
#include "margay/image/image.h"

namespace margay::data {

/// Collects labelled pictures, which it copies. Not thread-safe.
///
///     PicturesInMemory pictures;
///     for (...) pictures.add(picture, "cats");
///     const Dataset dataset = split_by_content(pictures.dataset(), 0.2, pool);
class PicturesInMemory {
 public:
  /// Pixels as they are. `split` is train, validation, test, or all (the same for every picture) where nobody
  /// has divided them yet. Throws UsageError for a picture without pixels, an empty label or another split.
  void add(image::ImageView picture, const std::string& label, const std::string& split = "all");
  /// The bytes of a file such as a JPEG.
  void add_encoded(std::span<const uint8_t> bytes, const std::string& label,
                   const std::string& split = "all");

  size_t size() const { return pictures_.size(); }

  /// The data set of what has been added, whose paths are names: memory-HASH/LABEL/NUMBER. Throws DataError
  /// when fewer than two classes have pictures.
  Dataset dataset() const;

 private:
  struct Picture {
    std::shared_ptr<const std::vector<uint8_t>> bytes;
    std::string label, split;
  };

  std::vector<Picture> pictures_;
};

}  // namespace margay::data
