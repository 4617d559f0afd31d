// What one step of a training may and may not do.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "margay/core/error.h"
#include "margay/runtime/cpu_engine.h"
#include "margay/train/callbacks/averaged_weights.h"
#include "margay/train/checkpoint.h"
#include "margay/train/finite.h"
#include "tests/support/graphs.h"
#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;
namespace fs = std::filesystem;

namespace {

/// Without dropout and batch norm nothing but the loss knows the size of a batch.
constexpr const char* kPlainNetwork = R"({"network": {"layers": [{"op": "flatten"},
    {"op": "linear", "out_features": 8}, {"op": "relu"}, {"op": "linear", "out_features": "classes"}]},
  "augment": {"transforms": ""}, "optimizer": {"name": "sgd", "lr": 0.05},
  "training": {"precision": "fp32", "epochs": 3, "balance": "weights", "threads": 1}})";

/// Blue has so many pictures, the others fewer.
std::shared_ptr<const train::TrainingData> unequal(const std::vector<int>& counts) {
  const TemporaryFolder folder;
  const std::vector<std::string> names{"blue", "green", "red"};
  const std::vector<std::string> classes(names.begin(),
                                         names.begin() + static_cast<ptrdiff_t>(counts.size()));
  write_tiny_dataset(folder.path(), classes, counts[0], 4);
  for (size_t k = 1; k < counts.size(); ++k)
    for (int i = counts[k]; i < counts[0]; ++i)
      std::filesystem::remove(folder / "train" / classes[k] / (std::to_string(i) + ".png"));
  return load(folder.path());
}

struct Trained {
  graph::Weights weights;
  run::History history;
};

Trained train_in_steps(const std::shared_ptr<const train::TrainingData>& data, const Json& more,
                       int batch_size, int accumulate) {
  Json changes = Json::parse(kPlainNetwork);
  recipe::merge_document(changes, more);
  changes["training"]["batch_size"] = batch_size;
  changes["training"]["accumulate"] = accumulate;
  train::Trainer trainer(small_config(changes.dump()), data);
  run::History history = trainer.fit().history;
  return {trainer.model().weights, std::move(history)};
}

double farthest(const graph::Weights& a, const graph::Weights& b) {
  double most = 0;
  for (const auto& [name, tensor] : a)
    for (size_t i = 0; i < tensor.values.size(); ++i)
      most = std::max(most, std::abs(double{tensor.values[i]} - b.at(name).values[i]));
  return most;
}

/// Mean loss 0.5 whose gradient is `gradient` in the calls that `is_bad` names, counted from 1, and 0 in
/// others.
train::CustomLoss loss_with_gradient(int& calls, std::function<bool(int)> is_bad, float gradient,
                                     double mean = 0.5) {
  return [&calls, is_bad = std::move(is_bad), gradient, mean](const train::LossBatch&, std::span<float> out) {
    const bool bad = is_bad(++calls);
    std::ranges::fill(out, bad ? gradient : 1e-3f);
    return bad ? mean : 0.5;
  };
}

/// Asks to stop when a step has been done.
struct Stopper : train::TrainingObserver {
  void on_step(const train::StepSnapshot& step) override {
    last_epoch = step.epoch;
    if (step.epoch == epoch && (at_end ? step.step == step.steps : step.step == 1)) source.request_stop();
  }
  void on_warning(const std::string& warning) override { warnings.push_back(warning); }
  int epoch = 0, last_epoch = 0;
  bool at_end = false;
  std::stop_source source;
  std::vector<std::string> warnings;
};

}  // namespace

TEST_CASE("with class weights accumulated batches train as one large batch does") {
  // 18 pictures in batches of 5 are a step of 5, 5, 5 and 3; 27 end with a step of one batch more and a part.
  const struct {
    std::vector<int> counts;
    int whole, batch_size, accumulate;
  } kCases[] = {{{14, 4}, 18, 5, 4}, {{18, 6, 3}, 27, 7, 4}, {{18, 6, 3}, 12, 3, 4}, {{21, 4}, 10, 5, 2}};
  for (const auto& one : kCases)
    for (const char* more :
         {"{}", R"({"loss": {"label_smoothing": 0.2}})", R"({"loss": {"focal_gamma": 1.5}})",
          R"({"optimizer": {"name": "sgd", "clip_norm": 0.05}})"}) {
      CAPTURE(one.counts.size());
      CAPTURE(one.batch_size);
      CAPTURE(more);
      const auto data = unequal(one.counts);
      const Trained whole = train_in_steps(data, Json::parse(more), one.whole, 1);
      const Trained parts = train_in_steps(data, Json::parse(more), one.batch_size, one.accumulate);
      CHECK(farthest(whole.weights, parts.weights) < 1e-6);
      for (size_t i = 0; i < whole.history.size(); ++i)
        CHECK(parts.history[i].loss == doctest::Approx(whole.history[i].loss).epsilon(1e-5));
      // So that this test would notice.
      CHECK(farthest(whole.weights, train_in_steps(data, Json::parse(more), one.batch_size, 1).weights) >
            1e-4);
    }
}

TEST_CASE("with mixed pictures and class weights a step counts as its pictures do") {
  // Partners are chosen within a batch, so that batches of one have none: mixing then changes nothing.
  const auto data = unequal({14, 4});
  const Json mixed = Json::parse(R"({"augment": {"transforms": "mixup=0.4"}})");
  const Trained whole = train_in_steps(data, Json::object(), 18, 1),
                parts = train_in_steps(data, mixed, 1, 18);
  CHECK(farthest(whole.weights, parts.weights) < 1e-6);
}

TEST_CASE("a step whose gradient is not finite changes nothing and ends the training") {
  const struct {
    const char *precision, *fuse, *clip;
    float gradient;
  } kCases[] = {{"fp32", "on", "0.0", 1e30f},
                {"fp32", "off", "1.0", 1e30f},
                {"bf16", "on", "1.0", 1e30f},
                {"bf16", "off", "0.0", std::numeric_limits<float>::infinity()}};
  for (const auto& one : kCases) {
    if (one.precision == std::string_view("bf16") && !runtime::onednn_computes_bf16()) continue;
    CAPTURE(one.precision);
    CAPTURE(one.fuse);
    CAPTURE(one.clip);
    const TemporaryFolder folder;
    train::Trainer trainer(
        small_config(fmt::format(R"({{"training": {{"precision": "{}", "fuse": "{}", "threads": 1}},
                                      "optimizer": {{"clip_norm": {}}}}})",
                                 one.precision, one.fuse, one.clip)),
        colours());
    trainer.keep_checkpoint(folder / "checkpoint.safetensors", 0);
    int calls = 0;
    trainer.use_loss(loss_with_gradient(
        calls, [](int call) { return call == 8; }, one.gradient));
    CHECK_THROWS_WITH_AS(trainer.fit(), doctest::Contains("in epoch 2, step 3. Hint: try a lower rate"),
                         train::NotFiniteError);
    CHECK(calls == 8);
    const train::Checkpoint kept = train::load_checkpoint(folder / "checkpoint.safetensors");
    CHECK(kept.progress.epoch == 2);
    CHECK(kept.progress.next_step == 2);
  }
}

TEST_CASE("the rate that is advised after a lost step is one that the optimiser bears") {
  train::Trainer trainer(small_config(R"({"training": {"precision": "fp32", "threads": 1},
                                          "optimizer": {"name": "sgd", "lr": 50}})"),
                         colours());
  int calls = 0;
  trainer.use_loss(loss_with_gradient(
      calls, [](int call) { return call == 1; }, std::numeric_limits<float>::infinity()));
  CHECK_THROWS_WITH_AS(trainer.fit(), doctest::Contains("`lr=0.05`, or measure one with `range_test`"),
                       train::NotFiniteError);
}

TEST_CASE("steps that are not finite are left out where that is asked for") {
  for (const int accumulate : {1, 2}) {
    CAPTURE(accumulate);
    const auto fit = [&](const train::CustomLoss& loss, Stopper& watcher) {
      train::Trainer trainer(
          small_config(fmt::format(
              R"({{"training": {{"non_finite": "skip", "epochs": 2, "accumulate": {}}}}})", accumulate)),
          colours());
      trainer.observe(watcher);
      trainer.use_loss(loss);
      const run::History history = trainer.fit().history;
      CHECK(history.size() == 2);
      CHECK(std::isfinite(history.front().loss));
      return trainer.model().weights;
    };
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    int calls = 0;
    Stopper watcher, lost_watcher, calm;
    const auto is_third = [](int call) { return call == 3; };
    const graph::Weights gradient_lost = fit(loss_with_gradient(calls, is_third, 1e30f), watcher);
    REQUIRE(watcher.warnings.size() == 1);
    CHECK(watcher.warnings[0] ==
          fmt::format("the gradient became infinite or NaN in epoch 1, step {}: the step is "
                      "left out",
                      accumulate == 1 ? 3 : 4));
    calls = 0;
    const graph::Weights loss_lost = fit(loss_with_gradient(calls, is_third, 0, kNan), lost_watcher);
    REQUIRE(lost_watcher.warnings.size() == 1);
    CHECK(lost_watcher.warnings[0].starts_with("the loss became nan in epoch 1, step "));
    CHECK((gradient_lost == loss_lost));
    calls = 0;
    const graph::Weights whole = fit(loss_with_gradient(
                                         calls, [](int) { return false; }, 0),
                                     calm);
    CHECK(calm.warnings.empty());
    CHECK_FALSE((whole == loss_lost));
  }
}

TEST_CASE("the statistics of normalisation know nothing of a step that was left out") {
  // One epoch of one step that is left out: the network is as it was made.
  train::Trainer trainer(
      small_config(R"({"training": {"non_finite": "skip", "epochs": 1, "batch_size": 48}})"), colours());
  int calls = 0;
  trainer.use_loss(loss_with_gradient(
      calls, [](int) { return true; }, 1e30f));
  trainer.fit();
  const model::Model model = trainer.model();
  CHECK((model.weights == graph::initialize(model.graph, graph::Initializer::glorot_uniform, 3)));
}

TEST_CASE("ten steps in a row that are not finite end a training") {
  train::Trainer trainer(small_config(R"({"training": {"non_finite": "skip", "epochs": 40}})"), colours());
  int calls = 0;
  // Nine of ten are bad.
  trainer.use_loss(loss_with_gradient(
      calls, [](int call) { return call % 10 != 0 || call > 30; }, 1e30f));
  CHECK_THROWS_WITH_AS(trainer.fit(), doctest::Contains("as in the 9 steps before"), train::NotFiniteError);
  CHECK(calls == 40);
}

/// The last that was told.
struct LastStep : train::TrainingObserver {
  void on_step(const train::StepSnapshot& snapshot) override {
    loss = snapshot.loss, accuracy = snapshot.accuracy;
  }
  double loss = 0, accuracy = 0;
};

TEST_CASE("an epoch without a finite loss has no loss and the next one has") {
  train::Trainer trainer(
      small_config(R"({"training": {"non_finite": "skip", "epochs": 2, "batch_size": 48}})"), colours());
  LastStep last;
  trainer.observe(last);
  int calls = 0;
  trainer.use_loss(loss_with_gradient(
      calls, [&](int call) { return call == 1; }, 0, std::numeric_limits<double>::quiet_NaN()));
  const run::History history = trainer.fit().history;
  REQUIRE(history.size() == 2);
  CHECK(std::isnan(history[0].loss));
  CHECK(std::isnan(history[0].accuracy));
  CHECK(std::isnan(run::other_value(history[0], run::kHighestLoss)));
  CHECK(history[0].images_per_second == 0);
  CHECK(history[1].loss == 0.5);
  CHECK(last.loss == 0.5);
  CHECK(last.accuracy >= 0);
}

TEST_CASE("what was counted of no pictures has no mean") {
  CHECK(std::isnan(train::EpochProgress{}.mean(0)));
  CHECK(train::EpochProgress{.seen = 4}.mean(2) == 0.5);
}

TEST_CASE("weights that are lost while losses stay finite end a training as a lost loss does") {
  // Training normalises by the batch, so that nothing but the weights shows it.
  const auto lost = [] {
    train::Trainer trainer(small_config(R"({"training": {"precision": "fp32", "epochs": 1}})"), colours());
    graph::Weights weights = trainer.model().weights;
    for (auto& [name, tensor] : weights)
      if (name.ends_with("running_var")) tensor.values[0] = std::numeric_limits<float>::infinity();
    trainer.begin_with(weights, {});
    return trainer;
  };
  const auto says_it = doctest::Contains("values that are infinite or NaN. Hint: try a lower rate, `lr=");
  train::Trainer without = lost(), with = lost();
  CHECK_NOTHROW(without.fit());
  CHECK_THROWS_WITH_AS(without.model(), says_it, train::NotFiniteError);
  const TemporaryFolder folder;
  with.keep_checkpoint(folder / "checkpoint.safetensors", 0);
  CHECK_THROWS_WITH_AS(with.fit(), says_it, train::NotFiniteError);
  CHECK_FALSE(fs::exists(folder / "checkpoint.safetensors"));
}

TEST_CASE("a range test does not leave steps out") {
  train::Trainer trainer(small_config(R"({"training": {"non_finite": "skip"}})"), colours());
  int calls = 0;
  trainer.use_loss(loss_with_gradient(
      calls, [](int call) { return call == 5; }, 1e30f));
  const run::RangeTestCurve curve = trainer.test_rates({.steps = 20});
  CHECK(curve.points().size() <= 5);
  CHECK(calls == 5);
}

TEST_CASE("weights that are not finite are neither saved nor gone on from") {
  const TemporaryFolder folder;
  const fs::path path = folder / "checkpoint.safetensors";
  train::Checkpoint checkpoint;
  checkpoint.weights = {{"head.weight", {{2}, {0.5f, -3.0f}}}};
  checkpoint.optimizer = {{"first", {{"head.weight", {{2}, {1, 2}}}}}};
  train::save_checkpoint(path, checkpoint);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    train::Checkpoint lost = checkpoint;
    lost.optimizer["first"].at("head.weight").values[1] = bad;
    CHECK_THROWS_WITH_AS(train::save_checkpoint(path, lost), doctest::Contains("head.weight"), ModelError);
    lost = checkpoint;
    lost.weights.at("head.weight").values[1] = bad;
    CHECK_THROWS_AS(train::save_checkpoint(path, lost), ModelError);
    lost = checkpoint;
    lost.average = lost.weights;
    lost.average.at("head.weight").values[0] = bad;
    CHECK_THROWS_AS(train::save_checkpoint(path, lost), ModelError);
  }
  CHECK((train::load_checkpoint(path).weights == checkpoint.weights));
  CHECK_FALSE(fs::exists(train::previous_checkpoint(path)));
}

TEST_CASE("a value whose square is not finite is found wherever it is") {
  for (const int64_t size : {int64_t{1}, int64_t{1000}, int64_t{70'001}}) {
    at::Tensor small = at::full({3, 5}, 1e18f), large = at::zeros({size}), rows = at::ones({7, size}).t();
    const std::vector<at::Tensor> tensors{small, large, rows};
    CHECK(train::squares_are_finite(tensors));
    for (const int64_t place : {int64_t{0}, size / 2, size - 1})
      for (const float bad : {1e20f, -1e20f, std::numeric_limits<float>::quiet_NaN(),
                              -std::numeric_limits<float>::infinity()}) {
        large[place] = bad;
        CHECK_FALSE(train::squares_are_finite(tensors));
        large[place] = 0;
        rows[place][3] = bad;
        CHECK_FALSE(train::squares_are_finite(tensors));
        rows[place][3] = 1;
      }
  }
  CHECK(train::squares_are_finite({}));
}

TEST_CASE("a stop is noticed after the last step of an epoch as after any other") {
  for (const bool at_end : {false, true}) {
    CAPTURE(at_end);
    Stopper stopper;
    stopper.epoch = 2;
    stopper.at_end = at_end;
    train::Trainer trainer(small_config(), colours());
    trainer.observe(stopper);
    const train::TrainingResult result = trainer.fit(stopper.source.get_token());
    CHECK(result.stopped);
    CHECK(result.history.size() == (at_end ? 2 : 1));
    CHECK(stopper.last_epoch == 2);  // no step of the next
  }
  // After the last of all there is nothing left to stop.
  Stopper stopper;
  stopper.epoch = 4;
  stopper.at_end = true;
  train::Trainer trainer(small_config(), colours());
  trainer.observe(stopper);
  const train::TrainingResult result = trainer.fit(stopper.source.get_token());
  CHECK_FALSE(result.stopped);
  CHECK(result.history.size() == 4);
}

TEST_CASE("an average warms up as its docs say") {
  engine::Network network(residual_network(3),
                          graph::initialize(residual_network(3), graph::Initializer::he_normal, 1), at::kCPU);
  const train::AveragedWeights slow(network, 0.9999), quick(network, 0.5);
  for (const int64_t step : {int64_t{1}, int64_t{2}, int64_t{5}, int64_t{40}, int64_t{1000}}) {
    CAPTURE(step);
    const auto t = static_cast<double>(step);
    CHECK(slow.step(step).share == doctest::Approx(9 / (10 + t)));
  }
  CHECK(slow.step(1'000'000).share == doctest::Approx(1e-4));  // the decay is reached
  CHECK(quick.step(1).share == doctest::Approx(9.0 / 11));
  CHECK(quick.step(8).share == doctest::Approx(0.5));  // (1 + 8) / (10 + 8)
  CHECK(quick.step(9).share == doctest::Approx(0.5));
}

TEST_CASE("the best epoch without validation pictures is refused") {
  const TemporaryFolder folder;
  write_tiny_dataset(folder.path(), {"blue", "green"});
  std::filesystem::remove_all(folder / "validation");
  CHECK_THROWS_WITH_AS(train::Trainer(small_config(R"({"training": {"keep": "best"}})"), load(folder.path())),
                       doctest::Contains("no validation pictures"), UsageError);
}

TEST_CASE("a checkpoint is not gone on from to fewer epochs than it has") {
  const TemporaryFolder folder;
  const fs::path path = folder / "checkpoint.safetensors";
  train::Trainer trainer(small_config(R"({"training": {"epochs": 3}})"), colours());
  trainer.keep_checkpoint(path);
  trainer.fit();
  const auto resume = [&](int epochs) {
    train::Trainer again(small_config(fmt::format(R"({{"training": {{"epochs": {}}}}})", epochs)), colours());
    again.resume(path);
    return again.fit().history.size();
  };
  CHECK_THROWS_WITH_AS(resume(2),
                       doctest::Contains("2 epochs are fewer than the run has done: 3. Hint: `epochs=3`"),
                       UsageError);
  CHECK(resume(3) == 3);
  CHECK(resume(4) == 4);
}

TEST_CASE("a network that ends in an activation is refused by the trainer") {
  CHECK_THROWS_WITH_AS(train::Trainer(small_config(R"({"network": {"layers": [{"op": "flatten"},
      {"op": "linear", "out_features": "classes"}, {"op": "sigmoid"}]}})"),
                                      colours()),
                       doctest::Contains("ends with the activation sigmoid"), ModelError);
}
