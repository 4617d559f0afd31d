#include "margay/train/trainer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/train/checkpoint.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;

namespace {

recipe::Config small_config(std::string_view changes = "{}") {
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

std::shared_ptr<const train::TrainingData> load(const std::filesystem::path& root) {
  WorkerPool pool(2);
  return std::make_shared<train::TrainingData>(
      train::TrainingData::load(data::Dataset::open(root), small_config().input, pool));
}

/// A data set that all test cases share.
const std::shared_ptr<const train::TrainingData>& colours() {
  static const test::TemporaryFolder folder;
  static const auto data = [] {
    test::write_tiny_dataset(folder.path(), {"blue", "green"});
    return load(folder.path());
  }();
  return data;
}

/// Asks to stop after so many steps.
struct StopAfter : train::TrainingObserver {
  explicit StopAfter(int steps) : left(steps) {}
  void on_step(const train::StepSnapshot&) override {
    if (--left == 0) source.request_stop();
  }
  int left;
  std::stop_source source;
};

/// History without what a clock decides.
std::string losses(const run::History& history) {
  std::string text;
  for (const run::EpochRecord& r : history) {
    text += fmt::format("{} {} {} {} {}", r.epoch, r.loss, r.accuracy, r.val_loss, r.val_accuracy);
    for (const auto& [name, value] : r.others) text += fmt::format(" {}", value);
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("a small network learns what can be learned") {
  train::Trainer trainer(small_config(R"({"training": {"epochs": 8}})"), colours());
  const train::TrainingResult result = trainer.fit();
  REQUIRE(result.history.size() == 8);
  CHECK(result.history.back().val_accuracy > 0.9);
  CHECK(result.history.back().loss < result.history.front().loss);
  CHECK(result.kept_epoch == 8);
  CHECK_FALSE(result.stopped);
}

TEST_CASE("one seed gives identical weights and another seed others") {
  for (const char* precision : {"fp32", "bf16"}) {
    CAPTURE(precision);
    const std::string changes =
        fmt::format(R"({{"training": {{"precision": "{}", "epochs": 2}}}})", precision);
    train::Trainer a(small_config(changes), colours()), b(small_config(changes), colours());
    const auto history = a.fit().history;
    CHECK(losses(history) == losses(b.fit().history));
    CHECK((a.model().weights == b.model().weights));
    recipe::Config config = small_config(changes);
    config.training.seed = 4;
    train::Trainer c(config, colours());
    c.fit();
    CHECK_FALSE((a.model().weights == c.model().weights));
  }
}

TEST_CASE("stopped at any step and resumed equals uninterrupted") {
  const test::TemporaryFolder folder;
  for (const char* changes :
       {"{}", R"({"training": {"keep": "best"}})",
        R"({"schedule": {"name": "cosine", "warmup_epochs": 1.5}})", R"({"schedule": {"name": "one_cycle"}})",
        R"({"schedule": {"name": "plateau", "patience_epochs": 0}, "optimizer": {"lr": 0.05}})",
        R"({"optimizer": {"name": "adamw", "clip_norm": 0.5}, "training": {"keep": "ema"}})",
        R"({"optimizer": {"name": "sgd", "lr": 0.01, "nesterov": true, "weight_decay": 1e-4}})",
        R"({"training": {"accumulate": 2}})",
        R"({"training": {"patience": 2, "min_delta": 10, "keep": "best"}})",
        R"({"training": {"balance": "sample"}, "augment": {"transforms": "flip,mixup=0.4,cutmix=1"}})"}) {
    const recipe::Config config = small_config(changes);
    train::Trainer whole(config, colours());
    const train::TrainingResult expected = whole.fit();
    for (const int steps : {1, 4, 5, 6, 13}) {
      CAPTURE(changes);
      CAPTURE(steps);
      const auto path = folder / "checkpoint";
      StopAfter observer(steps);
      train::Trainer first(config, colours());
      first.observe(observer);
      first.keep_checkpoint(path);
      const train::TrainingResult partial = first.fit(observer.source.get_token());
      CHECK(partial.stopped);
      train::Trainer second(config, colours());
      second.resume(path);
      const train::TrainingResult result = second.fit();
      CHECK(losses(result.history) == losses(expected.history));
      CHECK(result.kept_epoch == expected.kept_epoch);
      CHECK((second.model().weights == whole.model().weights));
    }
  }
}

TEST_CASE("patience ends a training and more patience goes on with it") {
  const test::TemporaryFolder folder;
  // Nothing is lower by 10 but the first loss than none.
  const char* changes = R"({"training": {"patience": 2, "min_delta": 10}})";
  train::Trainer early(small_config(changes), colours()), whole(small_config(), colours());
  early.keep_checkpoint(folder / "checkpoint");
  const train::TrainingResult result = early.fit();
  CHECK(result.stopped_early);
  CHECK_FALSE(result.stopped);
  CHECK(result.history.size() == 3);
  CHECK(early.model().provenance.at("stopped_early") == true);
  const train::TrainingResult expected = whole.fit();
  CHECK_FALSE(expected.stopped_early);
  train::Trainer same(small_config(changes), colours()), longer(small_config(), colours());
  same.resume(folder / "checkpoint");
  CHECK(same.fit().history.size() == 3);
  CHECK((same.model().weights == early.model().weights));
  longer.resume(folder / "checkpoint");
  CHECK(losses(longer.fit().history) == losses(expected.history));
  CHECK((longer.model().weights == whole.model().weights));
}

TEST_CASE("patience without validation pictures is refused") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"});
  std::filesystem::remove_all(folder / "validation");
  CHECK_THROWS_WITH_AS(train::Trainer(small_config(R"({"training": {"patience": 2}})"), load(folder.path())),
                       doctest::Contains("no validation pictures"), UsageError);
}

TEST_CASE("a checkpoint is due between two steps and goes on from there") {
  const test::TemporaryFolder folder;
  const auto path = folder / "checkpoint";
  /// Copies the checkpoint of the third step of epoch 2.
  struct Copy : train::TrainingObserver {
    void on_checkpoint(const train::CheckpointSnapshot& written) override {
      ++count;
      if (written.epoch == 2 && written.step == 3) std::filesystem::copy(written.path, kept);
    }
    int count = 0;
    std::filesystem::path kept;
  } copy;
  copy.kept = folder / "kept";
  train::Trainer whole(small_config(), colours());
  whole.observe(copy);
  whole.keep_checkpoint(path, 0);
  const train::TrainingResult expected = whole.fit();
  CHECK(copy.count == 20);  // 4 epochs of 5 steps
  train::Trainer resumed(small_config(), colours());
  resumed.resume(copy.kept);
  CHECK(losses(resumed.fit().history) == losses(expected.history));
  CHECK((resumed.model().weights == whole.model().weights));
}

TEST_CASE("a resumed training warns of the damaged checkpoint that it did not use") {
  struct Warnings : train::TrainingObserver {
    void on_warning(const std::string& warning) override { text += warning; }
    void on_checkpoint(const train::CheckpointSnapshot& written) override {
      CHECK_NOTHROW(train::load_checkpoint(train::previous_checkpoint(written.path)));
    }
    std::string text;
  } warnings;
  const test::TemporaryFolder folder;
  const auto path = folder / "checkpoint";
  train::Trainer whole(small_config(), colours());
  whole.keep_checkpoint(path, 0);
  const train::TrainingResult expected = whole.fit();
  std::filesystem::resize_file(path, 1000);
  train::Trainer resumed(small_config(), colours());
  resumed.observe(warnings);
  resumed.keep_checkpoint(path, 0);
  resumed.resume(path);
  CHECK(warnings.text.find("the checkpoint before it") != std::string::npos);
  CHECK(losses(resumed.fit().history) == losses(expected.history));
  CHECK((resumed.model().weights == whole.model().weights));
}

TEST_CASE("deterministic gives the same weights for any number of threads") {
  const auto weights = [](int threads, bool deterministic) {
    recipe::Config config =
        small_config(R"({"training": {"epochs": 2, "keep": "ema", "precision": "fp32"}})");
    config.training.threads = threads;
    config.training.deterministic = deterministic;
    train::Trainer trainer(config, colours());
    trainer.fit();
    return trainer.model().weights;
  };
  const graph::Weights one = weights(1, true);
  CHECK((weights(2, true) == one));
  CHECK((weights(4, true) == one));
  CHECK((weights(1, false) == one));
  // So that this test would notice.
  CHECK_FALSE((weights(2, false) == one));
}

TEST_CASE("a finished training goes on when it gets more epochs") {
  const test::TemporaryFolder folder;
  train::Trainer whole(small_config(), colours());
  const std::string expected = losses(whole.fit().history);
  train::Trainer first(small_config(R"({"training": {"epochs": 2}})"), colours());
  first.keep_checkpoint(folder / "checkpoint");
  first.fit();
  train::Trainer second(small_config(), colours());
  second.resume(folder / "checkpoint");
  CHECK(losses(second.fit().history) == expected);
}

TEST_CASE("a training that is halted after an epoch goes on as if it had never stopped") {
  const test::TemporaryFolder folder;
  train::Trainer whole(small_config(), colours()), halted(small_config(), colours()),
      resumed(small_config(), colours());
  const run::History expected = whole.fit().history;
  halted.keep_checkpoint(folder / "checkpoint");
  halted.halt_after(2);
  const train::TrainingResult part = halted.fit();
  CHECK(part.stopped);
  CHECK(part.history.size() == 2);
  CHECK(halted.fit().history.size() == 2);
  resumed.resume(folder / "checkpoint");
  resumed.halt_after(9);
  const train::TrainingResult rest = resumed.fit();
  CHECK_FALSE(rest.stopped);
  CHECK(losses(rest.history) == losses(expected));
  CHECK((resumed.model().weights == whole.model().weights));
}

TEST_CASE("a training that is asked to stop between two epochs takes no step of the next") {
  struct StopAtEpoch : train::TrainingObserver {
    void on_epoch(const run::History& history, const recipe::Config&) override {
      if (history.size() == 2) source.request_stop();
    }
    void on_step(const train::StepSnapshot& step) override { last_epoch = step.epoch; }
    std::stop_source source;
    int last_epoch = 0;
  } observer;
  train::Trainer trainer(small_config(), colours());
  trainer.observe(observer);
  const train::TrainingResult result = trainer.fit(observer.source.get_token());
  CHECK(result.stopped);
  CHECK(result.history.size() == 2);
  CHECK(observer.last_epoch == 2);
}

TEST_CASE("a trainer trains with the loss that it is given") {
  train::Trainer own(small_config(), colours()), built_in(small_config(), colours());
  int calls = 0;
  own.use_loss([&](const train::LossBatch& batch, std::span<float> gradient) {
    ++calls;
    for (int i = 0; i < batch.size; ++i) gradient[i] = 0;
    return 0.25;
  });
  const run::History history = own.fit().history;
  CHECK(calls == 4 * 5);  // 48 pictures in batches of 10
  CHECK(history.back().loss == 0.25);
  CHECK(run::other_value(history.back(), run::kHighestLoss) == 0.25);
  CHECK(run::other_value(history.back(), run::kWeightChange) == 0);
  CHECK(own.model().provenance.at("loss") == "custom");
  CHECK_FALSE(built_in.model().provenance.contains("loss"));
}

TEST_CASE("the history has the worst batch and how far the last step moved the weights") {
  train::Trainer slow(small_config(R"({"optimizer": {"lr": 1e-5}})"), colours()),
      fast(small_config(), colours());
  const run::EpochRecord a = slow.fit().history.front(), b = fast.fit().history.front();
  CHECK(run::other_value(b, run::kHighestLoss) > b.loss);
  const double change = run::other_value(b, run::kWeightChange);
  CHECK(change > 1e-4);
  CHECK(run::other_value(a, run::kWeightChange) < change / 30);
}

TEST_CASE("keep best takes the weights of the best epoch") {
  const recipe::Config config =
      small_config(R"({"training": {"keep": "best", "epochs": 6}, "optimizer": {"lr": 0.02}})");
  train::Trainer trainer(config, colours());
  const train::TrainingResult result = trainer.fit();
  double best = -1;
  int epoch = 0;
  for (const run::EpochRecord& record : result.history)
    if (record.val_accuracy > best) best = record.val_accuracy, epoch = record.epoch;
  CHECK(result.kept_epoch == epoch);
  CHECK(trainer.model().provenance.at("epoch") == epoch);
  train::Trainer shorter(
      small_config(fmt::format(R"({{"training": {{"epochs": {}}}, "optimizer": {{"lr": 0.02}}}})", epoch)),
      colours());
  shorter.fit();
  CHECK((trainer.model().weights == shorter.model().weights));
}

TEST_CASE("accumulated batches train as one large batch does") {
  // Without dropout and batch norm nothing else knows the size of a batch; 48 pictures end with a smaller
  // step.
  const char* network = R"({"network": {"layers": [{"op": "flatten"}, {"op": "linear", "out_features": 8},
    {"op": "relu"}, {"op": "linear", "out_features": "classes"}]}, "training": {"precision": "fp32"}})";
  const auto train_with = [&](int batch_size, int accumulate) {
    Json changes = Json::parse(network);
    changes["training"]["batch_size"] = batch_size;
    changes["training"]["accumulate"] = accumulate;
    train::Trainer trainer(small_config(changes.dump()), colours());
    return trainer.fit().history;
  };
  const run::History whole = train_with(20, 1), parts = train_with(5, 4), others = train_with(5, 1);
  for (size_t i = 0; i < whole.size(); ++i)
    CHECK(parts[i].val_loss == doctest::Approx(whole[i].val_loss).epsilon(1e-4));
  CHECK(others.back().val_loss != doctest::Approx(whole.back().val_loss).epsilon(1e-4));
}

TEST_CASE("averaged weights are validated and become the model") {
  const recipe::Config config = small_config(R"({"training": {"keep": "ema", "epochs": 6}})");
  train::Trainer averaged(config, colours()),
      plain(small_config(R"({"training": {"epochs": 6}})"), colours());
  const run::History history = averaged.fit().history, others = plain.fit().history;
  // The average only watches: the training goes its way.
  CHECK(history.back().loss == others.back().loss);
  CHECK(history.back().val_loss != others.back().val_loss);
  CHECK(history.back().val_accuracy > 0.9);
  const graph::Weights model = averaged.model().weights, last = plain.model().weights;
  CHECK((model != last));
  CHECK(model.size() == last.size());
  CHECK(averaged.model().provenance.at("keep") == "ema");
}

TEST_CASE("the rate follows the schedule and decides the steps") {
  const auto fit = [](const char* changes) {
    train::Trainer trainer(small_config(changes), colours());
    return trainer.fit().history;
  };
  const run::History constant = fit("{}"), cosine = fit(R"({"schedule": {"name": "cosine"}})");
  CHECK(constant.back().learning_rate == 1e-3);
  // The last of 20 steps: (1 + cos(pi 19 / 20)) / 2 of the rate.
  CHECK(cosine.back().learning_rate == doctest::Approx(1e-3 * 0.0061558).epsilon(1e-4));
  CHECK(cosine.back().loss != constant.back().loss);
}

TEST_CASE("batch norm is estimated anew for averaged weights") {
  const auto running_mean = [](const char* keep) {
    train::Trainer trainer(
        small_config(fmt::format(R"({{"training": {{"keep": "{}", "epochs": 1}}}})", keep)), colours());
    trainer.fit();
    double sum = 0;
    for (const auto& [name, tensor] : trainer.model().weights)
      if (name.ends_with("running_mean"))
        for (const float value : tensor.values) sum += std::abs(value);
    return sum;
  };
  // In five steps a momentum of 0.1 has come 41 % of the way from 0; a mean over five batches is there.
  CHECK(running_mean("ema") > 1.8 * running_mean("last"));
  CHECK(running_mean("ema") < 3 * running_mean("last"));
}

TEST_CASE("a rare class is learned when balance is asked for") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"}, 40, 20, 16, 14);
  for (int i = 2; i < 40; ++i)
    std::filesystem::remove(folder / "train" / "green" / (std::to_string(i) + ".png"));
  const auto data = load(folder.path());
  std::map<std::string, double> balanced_accuracy;
  for (const char* balance : {"none", "weights", "sample", "auto"}) {
    train::Trainer trainer(
        small_config(fmt::format(R"({{"training": {{"epochs": 12, "balance": "{}"}}}})", balance)), data);
    const run::EpochRecord last = trainer.fit().history.back();
    REQUIRE(last.others.front().first == "val_balanced_accuracy");
    CHECK(last.others.front().second == doctest::Approx(last.val_accuracy));  // validation has equal classes
    balanced_accuracy[balance] = last.val_accuracy;
    if (balance == std::string("auto")) CHECK(trainer.config().training.balance == recipe::Balance::weights);
  }
  CHECK(balanced_accuracy["weights"] > balanced_accuracy["none"] + 0.1);
  CHECK(balanced_accuracy["sample"] > balanced_accuracy["none"] + 0.1);
  CHECK(balanced_accuracy["auto"] == balanced_accuracy["weights"]);
}

TEST_CASE("mixed pictures train and their labels follow the pixels") {
  const recipe::Config mixed = small_config(R"({"augment": {"transforms": "flip,mixup=0.4,cutmix=1"},
    "training": {"epochs": 8}, "loss": {"label_smoothing": 0.1}})");
  train::Trainer trainer(mixed, colours()), again(mixed, colours());
  const run::History history = trainer.fit().history;
  CHECK(history.back().val_accuracy > 0.9);
  train::Trainer unmixed(small_config(R"({"augment": {"transforms": "flip"}, "training": {"epochs": 8},
    "loss": {"label_smoothing": 0.1}})"),
                         colours());
  // What shows two classes cannot be learned by heart.
  CHECK(history.back().loss > unmixed.fit().history.back().loss + 0.05);
  CHECK(losses(again.fit().history) == losses(history));
}

TEST_CASE("three classes train with softmax") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green", "red"});
  train::Trainer trainer(small_config(R"({"training": {"epochs": 8}})"), load(folder.path()));
  CHECK(trainer.fit().history.back().val_accuracy > 0.8);
  CHECK((trainer.model().graph.output_shape() == graph::Shape{3}));
  CHECK((trainer.model().classes == std::vector<std::string>{"blue", "green", "red"}));
}

TEST_CASE("a loss that is not finite stops with advice") {
  train::Trainer trainer(small_config(R"({"optimizer": {"lr": 100.0}, "training": {"epochs": 50},
    "network": {"layers": [{"op": "flatten"}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64},
      {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64},
      {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64},
      {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64},
      {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64},
      {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": "classes"}]}})"),
                         colours());
  CHECK_THROWS_WITH_AS(trainer.fit(), doctest::Contains("optimizer.lr="), ModelError);
}

TEST_CASE("without validation pictures its columns are empty") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"});
  std::filesystem::remove_all(folder / "validation");
  train::Trainer trainer(small_config(R"({"training": {"epochs": 1}})"), load(folder.path()));
  CHECK(std::isnan(trainer.fit().history.back().val_loss));
}

TEST_CASE("data without a training split is refused with a hint") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"});
  CHECK_THROWS_WITH_AS(load(folder / "train"), doctest::Contains("validation/CLASS"), DataError);
}

TEST_CASE("a class whose name is not UTF-8 is refused before anything is trained") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "gr\xfcn"});
  CHECK_THROWS_WITH_AS(load(folder.path()), doctest::Contains("UTF-8"), DataError);
}

TEST_CASE("a checkpoint of another network is refused") {
  const test::TemporaryFolder folder;
  train::Trainer first(small_config(R"({"training": {"epochs": 1}})"), colours());
  first.keep_checkpoint(folder / "checkpoint");
  first.fit();
  train::Trainer other(
      small_config(R"({"network": {"layers": [{"op": "flatten"}, {"op": "linear", "out_features": 1}]}})"),
      colours());
  CHECK_THROWS_AS(other.resume(folder / "checkpoint"), ModelError);
}
