// The public trainer: what it trains is what the inner one trains, and what is the caller's own takes part.
#include "margay/train/trainer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>

#include "margay/api_train/config.h"
#include "margay/data/dataset.h"
#include "margay/predict.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/use_network.h"
#include "margay/train.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;

namespace {

Network small_network() {
  return Builder({3, 16, 16}).conv2d(8, 3).relu().max_pool2d(2).dropout(0.2).flatten().linear(1).build();
}

/// Dark and light pictures of some noise. Number 5 cannot be had where one is said to be broken.
class Shades : public Dataset {
 public:
  explicit Shades(bool has_broken = false) : has_broken_(has_broken) {}
  size_t size() const override { return 60; }
  Example get(size_t i) const override {
    if (has_broken_ && i == 5) throw std::runtime_error("the camera was covered");
    Image picture(16, 16);
    Random random{i};
    for (uint8_t& value : picture.pixels)
      value = static_cast<uint8_t>(random.below(120) + (i % 2 == 0 ? 0 : 130));
    return {.picture = picture, .label = label(i)};
  }
  std::string label(size_t i) const override { return i % 2 == 0 ? "dark" : "light"; }

 private:
  bool has_broken_;
};

TrainingOptions quick() {
  return {.epochs = 2, .batch_size = 10, .seed = 3, .threads = 2, .deterministic = true};
}

Weights trained(const TrainingOptions& options) {
  Trainer trainer(small_network(), Shades(), options);
  trainer.fit();
  return trainer.model().weights;
}

}  // namespace

TEST_CASE("options of a recipe are all of it but the network") {
  for (const recipe::EmbeddedRecipe& embedded : recipe::embedded_recipes()) {
    CAPTURE(embedded.name);
    recipe::Config wanted = recipe::load_recipe(embedded.name);
    wanted.schedule.sizes.clear();  // of a larger network
    wanted.schedule.size_shares.clear();
    TrainingOptions options = recipe_options(std::string(embedded.name));
    options.schedule = wanted.schedule;
    Json found = config_of(small_network(), options).to_document();
    recipe::use_network(wanted, small_network());
    Json expected = wanted.to_document();
    for (const char* table : {"description", "source", "budget", "head", "network"})
      found.erase(table), expected.erase(table);
    CHECK(found.dump() == expected.dump());
  }
}

TEST_CASE("the public trainer makes the weights of the inner one, byte for byte") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"});
  TrainingOptions options = quick();
  options.augmentation = "flip,rotate=20";
  options.optimizer = {.name = OptimizerName::adamw, .lr = 2e-3, .weight_decay = 0.01};
  options.schedule = {.name = ScheduleName::cosine};
  Trainer trainer(small_network(), PictureFiles(folder.path()), options);
  const TrainingResult result = trainer.fit();

  const recipe::Config config = config_of(small_network(), options);
  WorkerPool pool(2);
  train::Trainer inner(config, std::make_shared<train::TrainingData>(train::TrainingData::load(
                                   data::Dataset::open(folder.path()), config.input, pool)));
  const train::TrainingResult expected = inner.fit();
  CHECK(trainer.model().weights == inner.model().weights);
  CHECK(trainer.classes() == std::vector<std::string>{"blue", "green"});
  REQUIRE(result.history.size() == 2);
  CHECK(result.history[1].val_loss == expected.history[1].val_loss);
}

TEST_CASE("a data set of one's own is learned, a part of it held back, and what cannot be had is skipped") {
  TrainingOptions options = quick();
  options.epochs = 12;
  options.optimizer.lr = 3e-2;
  const Network network = Builder({3, 16, 16}).batch_norm2d().global_avg_pool2d().linear(1).build();
  Trainer trainer(network, Shades(true), options);
  REQUIRE(trainer.skipped().size() == 1);
  CHECK(trainer.skipped()[0].name == "picture 5");
  CHECK(trainer.skipped()[0].reason.find("the camera was covered") != std::string::npos);
  CHECK(trainer.fit().history.back().val_accuracy == 1);
  const Predictor predictor(trainer.model());
  CHECK(predictor.name_of_best(predictor.predict(Shades().get(3).picture)) == "light");
}

TEST_CASE("validation pictures are those that are named, or those that the data set names") {
  PicturesInMemory divided;
  for (size_t i = 0; i < 20; ++i) {
    const Example example = Shades().get(i);
    divided.add(example.picture, example.label, i < 14 ? "train" : i < 18 ? "validation" : "test");
  }
  int steps = 0;
  TrainingOptions options = quick();
  options.epochs = 1;
  options.batch_size = 2;
  options.on_step = [&](const StepMetrics& step, TrainingControl&) { steps = step.steps; };
  Trainer(small_network(), divided, options).fit();
  CHECK(steps == 7);
  const Subset validation(divided, {0, 1});
  options.validation = &validation;
  Trainer(small_network(), Subset(divided, {2, 3, 4, 5}), options).fit();
  CHECK(steps == 2);
  options.validation = nullptr;
  options.validation_share = 0;
  const TrainingResult result = Trainer(small_network(), Subset(Shades(), {0, 1, 2, 3}), options).fit();
  CHECK(std::isnan(result.history.back().val_loss));
}

TEST_CASE("a transform of one's own changes the training pictures, in every repetition alike") {
  std::atomic<int> calls = 0;
  TrainingOptions options = quick();
  options.validation_share = 0;
  options.transform = [&](ImageSpan picture, Random& random) {
    ++calls;
    for (size_t i = 0; i < picture.size_bytes(); ++i)
      picture.pixels[i] = static_cast<uint8_t>(picture.pixels[i] / 2 + random.below(100));
  };
  const Weights first = trained(options);
  CHECK(calls == 120);
  options.threads = 1;
  CHECK(trained(options) == first);
  options.transform = {};
  CHECK_FALSE(trained(options) == first);
}

TEST_CASE("a loss of one's own is what is learned by") {
  TrainingOptions options = quick();
  const Weights plain = trained(options);
  int pictures = 0;
  options.custom_loss = [&](const LossBatch& batch, std::span<float> gradient) {
    pictures += batch.size;
    for (float& value : gradient) value = 0;
    return 1.0;
  };
  CHECK_FALSE(trained(options) == plain);
  CHECK(pictures == 96);
}

TEST_CASE("a callback hears of steps and epochs, changes the rate and stops") {
  struct Watch : TrainingCallback {
    int steps = 0;
    std::vector<double> rates;
    void after_step(const StepMetrics&, TrainingControl&) override { ++steps; }
    void after_epoch(const EpochMetrics& epoch, TrainingControl& control) override {
      rates.push_back(epoch.learning_rate);
      control.scale_learning_rate(0.5);
      if (epoch.epoch == 2) control.stop();
    }
  };
  TrainingOptions options = quick();
  options.epochs = 9;
  Trainer trainer(small_network(), Shades(), options);
  Watch watch;
  trainer.add(watch);
  const TrainingResult result = trainer.fit();
  CHECK(result.stopped);
  CHECK(result.history.size() == 2);
  CHECK(watch.steps == 10);
  CHECK(watch.rates == std::vector<double>{1e-3, 5e-4});

  options.on_epoch = [](const EpochMetrics&, TrainingControl&) { throw std::runtime_error("enough"); };
  Trainer throwing(small_network(), Shades(), options);
  CHECK_THROWS_WITH(throwing.fit(), "enough");
}

TEST_CASE("a training goes on from its checkpoint as if it had not stopped") {
  const test::TemporaryFolder folder;
  TrainingOptions options = quick();
  options.epochs = 4;
  const Weights whole = trained(options);
  options.on_epoch = [](const EpochMetrics& epoch, TrainingControl& control) {
    if (epoch.epoch == 2) control.stop();
  };
  Trainer first(small_network(), Shades(), options);
  first.keep_checkpoint(folder / "checkpoint.safetensors");
  CHECK(first.fit().stopped);
  options.on_epoch = {};
  Trainer second(small_network(), Shades(), options);
  second.resume(folder / "checkpoint.safetensors");
  CHECK(second.fit().history.size() == 4);
  CHECK(second.model().weights == whole);
}

TEST_CASE("options that make no sense are refused before a picture is decoded") {
  const auto make = [](const TrainingOptions& options) { Trainer(small_network(), Shades(), options); };
  CHECK_THROWS_AS(make({.epochs = 0}), UsageError);
  CHECK_THROWS_AS(make({.optimizer = {.lr = -1}}), UsageError);
  CHECK_THROWS_AS(make({.augmentation = "flop"}), UsageError);
  CHECK_THROWS_AS(make({.initializer = "zeros"}), UsageError);
  CHECK_THROWS_AS(make({.settings = {"training.epoch=3"}}), UsageError);
  CHECK_THROWS_AS(make({.validation_share = 1}), UsageError);
  CHECK_THROWS_AS(Trainer(Builder({3, 16, 16}).flatten().linear(3).build(), Shades(), {}), ModelError);
}
