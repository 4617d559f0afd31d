// Chooses pictures class by class, changes them, and hands them to the grid.
#include "margay/plot/samples.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

#include "margay/augment/batch_mix.h"
#include "margay/augment/settings.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/core/random.h"
#include "margay/data/fit_file.h"
#include "margay/draw/picture_grid.h"

namespace margay::plot {
namespace {

constexpr const char* kWhere = "report.samples";
/// Tiles side by side that a page still shows as they are.
constexpr size_t kMostInRow = 8;

/// What pictures are chosen from.
struct Candidates {
  std::vector<int> labels;  ///< of each picture
  std::function<std::optional<image::Image>(size_t)> fit;
  std::function<std::filesystem::path(size_t)> path;
};

/// The pictures of one class in a random order, handed out one by one.
class ClassQueue {
 public:
  ClassQueue(const Candidates& candidates, int label, uint64_t seed)
      : candidates_(&candidates), label_(label) {
    for (size_t i = 0; i < candidates.labels.size(); ++i)
      if (candidates.labels[i] == label) order_.push_back(i);
    Random random{hash_text("report.samples"), seed, static_cast<uint64_t>(label)};
    random.shuffle(std::span(order_));
  }

  /// The next picture that decodes; nothing when there is none left.
  std::optional<ShownPicture> next(const std::vector<std::string>& classes) {
    while (position_ < order_.size()) {
      const size_t i = order_[position_++];
      if (std::optional<image::Image> fitted = candidates_->fit(i))
        return ShownPicture{std::move(*fitted), classes.at(static_cast<size_t>(label_)),
                            candidates_->path(i)};
    }
    return std::nullopt;
  }

 private:
  const Candidates* candidates_;
  int label_;
  std::vector<size_t> order_;
  size_t position_ = 0;
};

/// One queue per class, the classes in an order that the seed decides.
std::vector<ClassQueue> make_queues(size_t classes, const Candidates& candidates, uint64_t seed) {
  std::vector<int> labels(classes);
  std::iota(labels.begin(), labels.end(), 0);
  Random random{hash_text("report.classes"), seed};
  random.shuffle(std::span(labels));
  std::vector<ClassQueue> queues;
  for (const int label : labels) queues.emplace_back(candidates, label, seed);
  return queues;
}

void require_count(int count) {
  require(count >= 1, kWhere, fmt::format("a count of {} pictures: expected at least 1", count));
}

std::vector<ShownPicture> choose(const Candidates& candidates, const std::vector<std::string>& classes,
                                 int count, uint64_t seed) {
  require_count(count);
  std::vector<ClassQueue> queues = make_queues(classes.size(), candidates, seed);
  std::vector<ShownPicture> chosen;
  while (!queues.empty() && static_cast<int>(chosen.size()) < count) {
    for (auto queue = queues.begin(); queue != queues.end() && static_cast<int>(chosen.size()) < count;) {
      if (auto picture = queue->next(classes)) {
        chosen.push_back(std::move(*picture));
        ++queue;
      } else {
        queue = queues.erase(queue);
      }
    }
  }
  return chosen;
}

std::string title_of(std::string_view split) {
  if (split == "train") return "Training pictures";
  if (split == "validation") return "Validation pictures";
  return split == "test" ? "Test pictures" : "Pictures";
}

std::string size_text(image::ImageView picture) {
  return fmt::format("{} × {} pixels, as the network gets them", picture.width, picture.height);
}

Random variant_random(uint64_t seed, uint64_t variant) {
  return Random{hash_text("report.augmented"), seed, variant};
}

std::string label_share(const std::string& class_name, float share) {
  return fmt::format("{} {:.0f} %", class_name, 100 * share);
}

}  // namespace

std::optional<image::Image> read_fitted(const data::Split& split, size_t i, const image::Preprocess& spec) {
  try {
    auto result = data::fit_bytes(split.take(i, image::DecodeOptions{}.max_file_bytes).bytes, spec);
    if (auto* decoded = std::get_if<image::Decoded>(&result)) return std::move(decoded->picture);
  } catch (const FormatError&) {
  } catch (const IoError&) {
  }
  return std::nullopt;
}

std::vector<ShownPicture> choose_pictures(const data::Dataset& dataset, const data::Split& split,
                                          const image::Preprocess& spec, int count, uint64_t seed) {
  Candidates candidates;
  for (const data::Sample& sample : split.samples) candidates.labels.push_back(sample.label);
  candidates.path = [&](size_t i) { return split.path(i); };
  candidates.fit = [&](size_t i) { return read_fitted(split, i, spec); };
  std::vector<ShownPicture> chosen = choose(candidates, dataset.classes, count, seed);
  require<DataError>(!chosen.empty(), kWhere,
                     fmt::format("{}: no picture of {} can be used", dataset.root.string(), split.name),
                     "`inspect` says what is wrong with each"_worded);
  return chosen;
}

std::vector<ShownPicture> choose_pictures(const std::vector<std::string>& classes,
                                          const data::DecodedCache& cache, int count, uint64_t seed) {
  Candidates candidates;
  for (size_t i = 0; i < cache.size(); ++i) candidates.labels.push_back(cache.label(i));
  candidates.path = [&](size_t i) { return cache.path(i); };
  candidates.fit = [&](size_t i) -> std::optional<image::Image> {
    const image::ImageView view = cache.picture(i);
    image::Image copy(view.width, view.height);
    std::copy_n(view.pixels, view.size_bytes(), copy.pixels.begin());
    return copy;
  };
  return choose(candidates, classes, count, seed);
}

image::Image draw_samples(std::span<const ShownPicture> pictures, std::string_view split_name) {
  require(!pictures.empty(), kWhere, "no pictures to draw");
  std::vector<draw::Tile> tiles;
  for (const ShownPicture& picture : pictures)
    tiles.push_back({picture.fitted, picture.class_name, picture.path.filename().string()});
  draw::GridOptions options;
  options.title = title_of(split_name);
  options.subtitle = size_text(pictures.front().fitted);
  return draw::draw_picture_grid(tiles, options);
}

image::Image draw_augmented(image::ImageView fitted, const augment::Pipeline& pipeline, int count,
                            uint64_t seed, std::string class_name) {
  require_count(count);
  require(!pipeline.empty(), kWhere, "an augmentation that changes nothing",
          fmt::format("try all, or one or some of {}", fmt::join(augment::transform_names(), ", ")));
  std::vector<image::Image> variants;
  for (int i = 0; i < count; ++i) {
    Random random = variant_random(seed, static_cast<uint64_t>(i));
    pipeline.apply(fitted, variants.emplace_back(fitted.width, fitted.height), random, i % 2 == 0);
  }
  std::vector<draw::Tile> tiles{{fitted, std::move(class_name), "original"}};
  for (int i = 0; i < count; ++i)
    tiles.push_back({variants[static_cast<size_t>(i)], fmt::format("variant {}", i + 1), ""});
  draw::GridOptions options;
  options.columns = static_cast<size_t>(count) < kMostInRow ? count + 1 : 0;
  options.title = "One picture, augmented";
  options.subtitle = pipeline.to_text();
  return draw::draw_picture_grid(tiles, options);
}

image::Image draw_mixed(std::span<const ShownPicture> pictures, const augment::Pipeline& pipeline,
                        uint64_t seed) {
  require(pictures.size() >= 2, kWhere, "a picture alone cannot be mixed: expected at least 2");
  const image::ImageView first = pictures.front().fitted;
  std::vector<uint32_t> samples(pictures.size());
  std::iota(samples.begin(), samples.end(), 0u);
  const auto mixes = augment::draw_mixes(pipeline.mix(), samples, first.width, first.height, seed, 0);
  std::vector<uint8_t> batch(pictures.size() * first.size_bytes());
  for (size_t i = 0; i < pictures.size(); ++i) {
    Random random = variant_random(seed, i);
    pipeline.apply(pictures[i].fitted, {first.width, first.height, batch.data() + i * first.size_bytes()},
                   random, i % 2 == 0);
  }
  augment::mix_batch(mixes, first.width, first.height, batch);

  const bool in_one_row = pictures.size() <= kMostInRow;
  std::vector<draw::Tile> tiles;
  if (in_one_row)
    for (const ShownPicture& picture : pictures)
      tiles.push_back({picture.fitted, picture.class_name, picture.path.filename().string()});
  for (size_t i = 0; i < pictures.size(); ++i) {
    const ShownPicture& partner = pictures[static_cast<size_t>(mixes[i].partner)];
    tiles.push_back({{first.width, first.height, batch.data() + i * first.size_bytes()},
                     label_share(pictures[i].class_name, mixes[i].weight),
                     label_share(partner.class_name, 1 - mixes[i].weight)});
  }
  draw::GridOptions options;
  options.columns = in_one_row ? static_cast<int>(pictures.size()) : 0;
  options.title = "Pictures of one batch, mixed with their neighbours";
  options.subtitle = pipeline.to_text();
  return draw::draw_picture_grid(tiles, options);
}

}  // namespace margay::plot
