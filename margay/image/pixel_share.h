// What pictures that are being decoded may take together: a file of some kilobytes can hold 250 megapixels.
#pragma once

#include <cstdint>

#include "margay/image/decode.h"

namespace margay::image {

/// A part of a quarter of the memory that there is, and of 1 GiB at the least, for as long as it lives: who
/// decodes takes one before, and keeps it until the pixels are gone or small. Whoever wants more than is left
/// waits for the others; one that is larger than all of it goes alone. No thread may want a second one while
/// it has one.
class PixelShare {
 public:
  explicit PixelShare(const PictureInfo& info);
  PixelShare(const PixelShare&) = delete;
  PixelShare& operator=(const PixelShare&) = delete;
  ~PixelShare();

  /// All shares together.
  static uint64_t most_bytes();

 private:
  const uint64_t bytes_;
};

}  // namespace margay::image
