// The order of the transforms: first where pixels come from, then their values.
#include "margay/augment/pipeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "margay/augment/blur.h"
#include "margay/augment/crop.h"
#include "margay/augment/erase.h"
#include "margay/augment/mirror.h"
#include "margay/augment/noise.h"
#include "margay/augment/policy.h"
#include "margay/core/error.h"
#include "margay/image/resize.h"

namespace margay::augment {
namespace {

/// The operations that a policy drew for one picture.
struct PolicySteps {
  std::array<PolicyStep, kMostPolicySteps> steps;
  size_t count = 0;

  std::span<const PolicyStep> all() const { return {steps.data(), count}; }
};

PolicySteps draw_policy(const Settings& settings, int width, int height, Random random) {
  PolicySteps drawn;
  if (settings.trivialaugment) drawn.steps[drawn.count++] = draw_trivial_augment(random);
  if (settings.randaugment > 0)
    for (int i = 0; i < settings.randaugment_ops; ++i)
      drawn.steps[drawn.count++] = draw_rand_augment(settings.randaugment, width, height, random);
  return drawn;
}

/// To a picture of the same size.
void move_pixels(image::ImageView in, const AffineMap& map, const Settings& settings, image::ImageSpan out) {
  if (is_mirror(map, in.width, in.height)) return mirror(in, map, out.pixels);
  resample(in, map, settings.affine.fill, settings.affine.fill_value, out);
}

/// The side that leaves about one pixel of the picture for each that is written, which one bilinear
/// resampling can read without skipping any. `along` and `across` say how far the place in the picture moves,
/// in pixels.
int side_to_read(int side, double along, double across) {
  const double step = std::hypot(along, across);
  return step <= 1 ? side : std::max(1, static_cast<int>(std::lround(side / step)));
}

/// To a picture of another size. What becomes smaller is reduced first, by the kernel that reduced what
/// validation sees: of pixels that are skipped come edges that no picture has later.
void move_to_size(image::ImageView in, const AffineMap& map, const Settings& settings, image::Kernel kernel,
                  image::ImageSpan out) {
  const AffineMap whole = then(map, enlarge({0, 0, in.width, in.height}, out.width, out.height));
  const int width = side_to_read(in.width, whole.xx, whole.xy),
            height = side_to_read(in.height, whole.yx, whole.yy);
  if (width == in.width && height == in.height)
    return resample(in, whole, settings.affine.fill, settings.affine.fill_value, out);
  const image::Image reduced = image::resize(in, width, height, kernel);
  const AffineMap to_reduced = enlarge({0, 0, width, height}, in.width, in.height);
  const AffineMap rest = then(to_reduced, whole);
  if (width == out.width && height == out.height) return move_pixels(reduced, rest, settings, out);
  resample(reduced, rest, settings.affine.fill, settings.affine.fill_value, out);
}

}  // namespace

Pipeline Pipeline::parse(std::string_view text) {
  Pipeline pipeline;
  pipeline.settings_ = parse_settings(text);
  if (pipeline.settings_.noise > 0) pipeline.noise_levels_ = noise_levels(pipeline.settings_.noise);
  return pipeline;
}

std::string Pipeline::to_text() const {
  return augment::to_text(settings_);
}

bool Pipeline::empty() const {
  return settings_ == Settings{};
}

void Pipeline::apply(image::ImageView in, image::ImageSpan out, Random& random, bool alternate_flip,
                     image::Kernel kernel) const {
  const Settings& s = settings_;
  require(in.size_bytes() > 0 && out.size_bytes() > 0, "augment.apply", "a picture without pixels");
  AffineMap map = draw_affine(s.affine, in.width, in.height, random, alternate_flip);
  // Each of the others has a stream of its own, so that switching one off leaves the others as they were.
  const uint64_t key = random.bits();
  const auto stream = [key](std::string_view name) { return Random{key, hash_text(name)}; };

  if (s.crop > 0) {
    Random crop = stream("crop");
    map = then(enlarge(draw_crop(s.crop, in.width, in.height, crop), in.width, in.height), map);
  }
  const PolicySteps policy = draw_policy(s, in.width, in.height, stream("policy"));
  for (const PolicyStep& step : policy.all()) map = then(map, map_of(step, in.width, in.height));
  if (in.width == out.width && in.height == out.height)
    move_pixels(in, map, s, out);
  else
    move_to_size(in, map, s, kernel, out);

  ColorPass colors(out.pixels, out.size_bytes() / 3);
  Random jitter = stream("color"), gray = stream("grayscale");
  jitter_colors(colors, s.color, jitter);
  if (gray.chance(s.grayscale)) adjust_saturation(colors, 0);
  for (const PolicyStep& step : policy.all()) apply_values(step, out.pixels, out.width, out.height, colors);
  colors.finish();
  if (s.blur > 0) blur(out.pixels, out.width, out.height, stream("blur").uniform(kLeastBlur, s.blur));
  Random noise = stream("noise"), erasing = stream("erase");
  if (s.noise > 0) add_noise(out.pixels, out.size_bytes(), noise_levels_, noise);
  if (s.erase > 0) erase(out.pixels, out.width, out.height, s.erase, erasing);
}

}  // namespace margay::augment
