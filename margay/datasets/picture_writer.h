// Pictures that were numbers in a file of records, as PNGs in a folder per split and class.
#pragma once

#include <filesystem>
#include <string>

#include "margay/datasets/arrange.h"
#include "margay/image/image.h"

namespace margay::datasets {

/// Writes ROOT/SPLIT/CLASS/00001.png, counting the pictures of each split.
class PictureWriter {
 public:
  explicit PictureWriter(const Arrangement& arrangement) : arrangement_(arrangement) {}

  /// The next split.
  void begin(std::string split);
  /// Throws IoError, and Interrupted when it is to stop.
  void write(const std::string& class_name, image::ImageView picture);

 private:
  const Arrangement& arrangement_;
  std::string split_;
  uint64_t in_split_ = 0, written_ = 0;
};

}  // namespace margay::datasets
