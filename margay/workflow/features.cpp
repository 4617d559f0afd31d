// Augmented views of pictures through the runtime.
#include "margay/workflow/features.h"

#include <algorithm>
#include <iterator>

#include "margay/augment/mirror.h"
#include "margay/augment/pipeline.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/image/preprocess.h"
#include "margay/runtime/runtime.h"

namespace margay::workflow {
namespace {

constexpr size_t kBatch = 32;

/// Writes view `view` of picture i into `view_u8`, which has its size.
void draw_view(const data::DecodedCache& pictures, size_t i, size_t view, const augment::Pipeline& pipeline,
               uint64_t seed, uint8_t* view_u8) {
  const image::ImageView picture = pictures.picture(i);
  if (view == 0) {
    std::copy_n(picture.pixels, picture.size_bytes(), view_u8);
  } else if (view == 1) {
    augment::mirror(picture, {.xx = -1, .x0 = picture.width - 1.0}, view_u8);
  } else {
    Random random{hash_text("view"), seed, view, pictures.content(i).high};
    pipeline.apply(picture, {picture.width, picture.height, view_u8}, random, view % 2 == 1);
  }
}

}  // namespace

Features reserve_features(const graph::Backbone& backbone, const data::DecodedCache& pictures, int views) {
  Features features{static_cast<size_t>(backbone.features), pictures.size() * static_cast<size_t>(views), {}};
  const uint64_t wanted = uint64_t{features.rows} * features.width * sizeof(float);
  const uint64_t there = available_memory_bytes() / 10 * 9;
  require<DataError>(wanted <= there, "head",
                     fmt::format("the features of {} views of {} pictures take {} MB, and there are {} MB",
                                 views, pictures.size(), wanted / 1'000'000, there / 1'000'000),
                     views > 1 ? "--set head.views=1" : "train on fewer pictures, or with --recipe finetune");
  features.values.reserve(features.rows * features.width);
  return features;
}

void compute_features(const graph::Backbone& backbone, const graph::Weights& weights,
                      const recipe::Config& config, const data::DecodedCache& pictures, WorkerPool& pool,
                      Features& features, const std::function<void()>& after_batch) {
  const auto executor = runtime::make_executor(backbone.graph, graph::weights_of(backbone.graph, weights),
                                               {.threads = config.training.threads});
  const auto pipeline = augment::Pipeline::parse(config.augment);
  const size_t per_picture = static_cast<size_t>(config.input.width) * config.input.height * 3;
  std::vector<float> values(kBatch * per_picture);
  std::vector<uint8_t> views_u8(kBatch * per_picture);
  while (!features.complete()) {
    const size_t first = features.done(), count = std::min(kBatch, features.rows - first);
    pool.parallel_for(count, [&](size_t i) {
      const size_t row = first + i;
      const std::span view_u8(views_u8.data() + i * per_picture, per_picture);
      draw_view(pictures, row % pictures.size(), row / pictures.size(), pipeline, config.training.seed,
                view_u8.data());
      image::normalize(view_u8, config.input, std::span(values).subspan(i * per_picture, per_picture));
    });
    const std::vector<float> batch =
        executor->run(std::span(values).first(count * per_picture), static_cast<int>(count));
    features.values.insert(features.values.end(), batch.begin(), batch.end());
    after_batch();
  }
}

}  // namespace margay::workflow
