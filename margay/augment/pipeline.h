// A sequence of random transforms as the user writes it: "flip,rotate=45,zoom=0.5,shift=0.15".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "margay/augment/affine.h"
#include "margay/core/random.h"
#include "margay/image/image.h"

namespace margay::augment {

/// Random transforms of one picture. Affine ones are composed into one resampling. Immutable, so thread-safe.
class Pipeline {
 public:
  Pipeline() = default;  ///< changes nothing

  /// Reads a comma-separated list; empty text is the empty pipeline. Unknown names, values out of range and
  /// options without effect throw UsageError.
  static Pipeline parse(std::string_view text);

  /// The text that parses to this pipeline, with all that was decided; "" when empty.
  std::string to_text() const;
  bool empty() const;

  /// Writes a randomly changed copy of `in` to `out_u8` (same shape, no overlap). What changes depends on
  /// `random` alone.
  void apply(image::ImageView in, uint8_t* out_u8, Random& random) const;

 private:
  AffineRanges affine_;
};

}  // namespace margay::augment
