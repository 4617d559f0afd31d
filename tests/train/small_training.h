// A network that is trained in a moment, and what comparing two trainings takes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "margay/core/json.h"
#include "margay/recipe/recipe.h"
#include "margay/train/trainer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

namespace margay::test {

inline recipe::Config small_config(std::string_view changes = "{}") {
  Json document = recipe::load_document("article");
  recipe::merge_document(document, Json::parse(R"({
    "input": {"width": 16, "height": 16},
    "augment": {"transforms": "flip,rotate=20"},
    "network": {"layers": [
      {"op": "conv2d", "out_channels": 8, "kernel": 3, "padding": "same"}, {"op": "relu"},
      {"op": "max_pool2d", "kernel": 2}, {"op": "dropout", "rate": 0.2}, {"op": "batch_norm2d"},
      {"op": "flatten"}, {"op": "linear", "out_features": "classes"}]},
    "training": {"epochs": 4, "batch_size": 10, "seed": 3}})"));
  recipe::merge_document(document, Json::parse(changes));
  return recipe::Config::from_document(document, "test");
}

inline std::shared_ptr<const train::TrainingData> load(const std::filesystem::path& root) {
  WorkerPool pool(2);
  return std::make_shared<train::TrainingData>(
      train::TrainingData::load(data::Dataset::open(root), small_config().input, pool));
}

/// For small_config: growing pictures, flips that alternate, mixing that ends, and a network of any size.
inline constexpr const char* kFromScratch = R"({
    "schedule": {"name": "cosine", "sizes": [8, 12, 16]},
    "augment": {"transforms": "crop=0.5,flip=alternate,erase,mixup=0.4,cutmix", "mix_share": 0.5,
                "mix_until": 0.75},
    "network": {"layers": [
      {"op": "conv2d", "out_channels": 8, "kernel": 3, "padding": "same"}, {"op": "batch_norm2d"}, {"op": "relu"},
      {"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}]},
    "loss": {"label_smoothing": 0.1},
    "training": {"keep": "ema", "validate_every": 3}})";

/// A data set that all test cases share.
inline const std::shared_ptr<const train::TrainingData>& colours() {
  static const TemporaryFolder folder;
  static const auto data = [] {
    write_tiny_dataset(folder.path(), {"blue", "green"});
    return load(folder.path());
  }();
  return data;
}

/// History without what a clock decides.
inline std::string losses(const run::History& history) {
  std::string text;
  for (const run::EpochRecord& r : history) {
    text += fmt::format("{} {} {} {} {}", r.epoch, r.loss, r.accuracy, r.val_loss, r.val_accuracy);
    for (const auto& [name, value] : r.others) text += fmt::format(" {}", value);
    text += '\n';
  }
  return text;
}

}  // namespace margay::test
