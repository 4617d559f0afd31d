// Augmented views of pictures through the runtime.
#include "margay/workflow/features.h"

#include <algorithm>
#include <iterator>

#include "margay/augment/mirror.h"
#include "margay/augment/pipeline.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/random.h"
#include "margay/image/preprocess.h"
#include "margay/runtime/plan.h"
#include "margay/runtime/runtime.h"

namespace margay::workflow {
namespace {

constexpr int kBatch = 32;

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

/// Of the network without its weights.
void require_picture_fits(const graph::Graph& graph, uint64_t there_bytes) {
  const uint64_t wanted = runtime::bytes_per_picture(graph, runtime::make_plan(graph));
  require<DataError>(
      wanted <= there_bytes, "head",
      fmt::format("the network takes {} for one picture of {}, and there are {}", format_bytes(wanted),
                  graph::to_string(graph.input_shape()), format_bytes(there_bytes)),
      "`size` takes smaller pictures"_worded);
}

}  // namespace

Features reserve_features(const graph::Backbone& backbone, const data::DecodedCache& pictures, int views) {
  Features features{static_cast<size_t>(backbone.features), pictures.size() * static_cast<size_t>(views), {}};
  const uint64_t wanted = uint64_t{features.rows} * features.width * sizeof(float);
  const uint64_t there = available_memory_bytes() / 10 * 9;
  require<DataError>(
      wanted <= there, "head",
      fmt::format("the features of {} of {} take {}, and there are {}", counted(views, "view"),
                  counted(static_cast<int64_t>(pictures.size()), "picture"), format_bytes(wanted),
                  format_bytes(there)),
      views > 1 ? "`head.views=1`"_worded : "train on fewer pictures, or with `recipe=finetune`"_worded);
  require_picture_fits(backbone.graph, there - wanted);
  features.values.reserve(features.rows * features.width);
  return features;
}

void compute_features(const graph::Backbone& backbone, const graph::Weights& weights,
                      const recipe::Config& config, const data::DecodedCache& pictures, WorkerPool& pool,
                      Features& features, const std::function<void()>& after_batch) {
  const auto executor = runtime::make_executor(backbone.graph, graph::weights_of(backbone.graph, weights),
                                               {.threads = config.training.threads, .is_trusted = true});
  const auto batch = static_cast<size_t>(std::min(kBatch, executor->most_pictures()));
  const auto pipeline = augment::Pipeline::parse(config.augment);
  const size_t per_picture = static_cast<size_t>(config.input.width) * config.input.height * 3;
  std::vector<float> values(batch * per_picture);
  std::vector<uint8_t> views_u8(batch * per_picture);
  while (!features.complete()) {
    const size_t first = features.done(), count = std::min(batch, features.rows - first);
    pool.parallel_for(count, [&](size_t i) {
      const size_t row = first + i;
      const std::span view_u8(views_u8.data() + i * per_picture, per_picture);
      draw_view(pictures, row % pictures.size(), row / pictures.size(), pipeline, config.training.seed,
                view_u8.data());
      image::normalize(view_u8, config.input, std::span(values).subspan(i * per_picture, per_picture));
    });
    const std::vector<float> seen =
        executor->run(std::span(values).first(count * per_picture), static_cast<int>(count));
    features.values.insert(features.values.end(), seen.begin(), seen.end());
    after_batch();
  }
}

}  // namespace margay::workflow
