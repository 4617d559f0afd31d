// Random transforms of one picture, as the user writes them: "flip,rotate=45,zoom=0.5,shift=0.15".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "margay/augment/batch_mix.h"
#include "margay/augment/settings.h"
#include "margay/core/random.h"
#include "margay/image/image.h"
#include "margay/image/image_span.h"
#include "margay/image/resize.h"

namespace margay::augment {

/// Random transforms. Affine ones are composed into one resampling, changes of colour into few passes over
/// the pixels. Their order is that of docs/augmentation.md, whatever the order of the text. Immutable, so
/// thread-safe.
class Pipeline {
 public:
  Pipeline() = default;  ///< changes nothing

  /// Reads a comma-separated list; empty text is the empty pipeline. Throws what parse_settings throws.
  static Pipeline parse(std::string_view text);

  /// The text that parses to this pipeline, with all that was decided; "" when empty.
  std::string to_text() const;
  /// Whether nothing changes: no picture, no batch.
  bool empty() const;
  /// How batches are mixed, after `apply` has changed each picture: see batch_mix.h.
  const MixRanges& mix() const { return settings_.mix; }

  /// Writes a randomly changed copy of `in` to `out`, which may have another size: a smaller one is made by
  /// the antialiased `kernel`. No overlap. What changes depends on `random`, and for flip=alternate on
  /// `alternate_flip`. Throws UsageError for a picture without pixels.
  void apply(image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip = false,
             image::Kernel kernel = image::Kernel::bilinear) const;

 private:
  Settings settings_;
  std::vector<int16_t> noise_levels_;
};

}  // namespace margay::augment
