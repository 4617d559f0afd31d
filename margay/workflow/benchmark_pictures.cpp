// An archive that is nowhere but in memory.
#include "margay/workflow/benchmark_pictures.h"

#include <cmath>
#include <string>
#include <utility>

#include "margay/core/random.h"
#include "margay/image/encode.h"

namespace margay::workflow {
namespace {

constexpr uint32_t kDrawn = 64;

image::Image draw_picture(uint32_t number) {
  image::Image picture(500, 375);
  Random random{number};
  const double x_scale = random.uniform(0.01, 0.05), y_scale = random.uniform(0.01, 0.05);
  const double radius = random.uniform(60, 150);
  uint8_t* value = picture.pixels.data();
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      const double shape = std::hypot(x - 250, y - 190) < radius ? 40 : 0;
      const double ground = 110 + shape + 60 * std::sin(x * x_scale) * std::cos(y * y_scale);
      for (int channel = 0; channel < 3; ++channel)
        *value++ = static_cast<uint8_t>(ground + 10 * channel + random.uniform(-8, 8));
    }
  return picture;
}

class DrawnPictures final : public archive::Archive {
 public:
  DrawnPictures() {
    for (uint32_t i = 0; i < kDrawn; ++i) files_.push_back(image::encode_jpeg(draw_picture(i)));
  }

  std::vector<uint8_t> read(uint32_t entry, uint64_t) const override { return files_[entry]; }

 private:
  std::vector<std::vector<uint8_t>> files_;
};

}  // namespace

data::Split drawn_split() {
  auto store = std::make_shared<data::PictureStore>("drawn");
  const uint32_t archive = store->add_archive(std::make_shared<DrawnPictures>(), "drawn");
  data::Split split{"train", nullptr, {}};
  for (uint32_t i = 0; i < kDrawn; ++i) {
    store->add_entry(std::to_string(i) + ".jpg", archive, i);
    split.samples.push_back({i, i < kDrawn / 2 ? 0 : 1});
  }
  split.store = std::move(store);
  return split;
}

data::Split spread(data::Split split, size_t count) {
  std::vector<data::Sample> samples;
  for (size_t i = 0; i < count; ++i) samples.push_back(split.samples[i * split.samples.size() / count]);
  split.samples = std::move(samples);
  return split;
}

}  // namespace margay::workflow
