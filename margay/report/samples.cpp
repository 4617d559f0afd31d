// Chooses pictures class by class and hands them to the grid.
#include "margay/report/samples.h"

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/data/fit_file.h"
#include "margay/draw/picture_grid.h"
#include "margay/image/decode.h"

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.samples";

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

}  // namespace

std::vector<ShownPicture> choose_pictures(const data::Dataset& dataset, const data::Split& split,
                                          const image::Preprocess& spec, int count, uint64_t seed) {
  Candidates candidates;
  for (const data::Sample& sample : split.samples) candidates.labels.push_back(sample.label);
  candidates.path = [&](size_t i) { return split.path(i); };
  candidates.fit = [&](size_t i) -> std::optional<image::Image> {
    try {
      auto result = data::fit_bytes(split.read(i, image::DecodeOptions{}.max_file_bytes), spec);
      if (auto* picture = std::get_if<image::Image>(&result)) return std::move(*picture);
    } catch (const FormatError&) {
    } catch (const IoError&) {
    }
    return std::nullopt;
  };
  std::vector<ShownPicture> chosen = choose(candidates, dataset.classes, count, seed);
  require<DataError>(!chosen.empty(), kWhere,
                     fmt::format("{}: no picture of {} can be decoded", dataset.root.string(), split.name),
                     "'margay inspect' says what is wrong with each");
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
          "try flip, rotate, zoom, shift or all");
  std::vector<image::Image> variants;
  for (int i = 0; i < count; ++i) {
    Random random{hash_text("report.augmented"), seed, static_cast<uint64_t>(i)};
    pipeline.apply(fitted, variants.emplace_back(fitted.width, fitted.height).pixels.data(), random);
  }
  std::vector<draw::Tile> tiles{{fitted, std::move(class_name), "original"}};
  for (int i = 0; i < count; ++i)
    tiles.push_back({variants[static_cast<size_t>(i)], fmt::format("variant {}", i + 1), ""});
  draw::GridOptions options;
  options.columns = count < 8 ? count + 1 : 0;
  options.title = "One picture, augmented";
  options.subtitle = pipeline.to_text();
  return draw::draw_picture_grid(tiles, options);
}

augment::Pipeline augmentation_of(std::string_view name_or_text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNamed{{
      {"flip", "flip"},
      {"rotate", "rotate=45"},
      {"zoom", "zoom=0.5"},
      {"shift", "shift=0.15"},
      {"all", "flip,rotate=45,shift=0.15,zoom=0.5"},
  }};
  for (const auto& [name, text] : kNamed)
    if (name == name_or_text) return augment::Pipeline::parse(text);
  return augment::Pipeline::parse(name_or_text);
}

}  // namespace margay::report
