// A training that was stopped, and goes on as if it had not been.
#include <doctest/doctest.h>

#include <filesystem>
#include <stop_token>

#include "margay/core/error.h"
#include "margay/train/checkpoint.h"
#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;

namespace {

/// Asks to stop after so many steps.
struct StopAfter : train::TrainingObserver {
  explicit StopAfter(int steps) : left(steps) {}
  void on_step(const train::StepSnapshot&) override {
    if (--left == 0) source.request_stop();
  }
  int left;
  std::stop_source source;
};

}  // namespace

TEST_CASE("stopped at any step and resumed equals uninterrupted") {
  const test::TemporaryFolder folder;
  for (
      const char* changes :
      {"{}", R"({"training": {"keep": "best"}})", R"({"schedule": {"name": "cosine", "warmup_epochs": 1.5}})",
       R"({"schedule": {"name": "one_cycle"}})",
       R"({"schedule": {"name": "plateau", "patience_epochs": 0}, "optimizer": {"lr": 0.05}})",
       R"({"optimizer": {"name": "adamw", "clip_norm": 0.5}, "training": {"keep": "ema"}})",
       R"({"optimizer": {"name": "sgd", "lr": 0.01, "nesterov": true, "weight_decay": 1e-4}})",
       R"({"training": {"accumulate": 2}})",
       R"({"optimizer": {"name": "rmsprop", "momentum": 0.5}, "training": {"accumulate": 2, "balance": "weights"}})",
       R"({"optimizer": {"name": "rmsprop"}, "training": {"non_finite": "skip"}})",
       R"({"training": {"patience": 2, "min_delta": 10, "keep": "best"}})", kFromScratch,
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

TEST_CASE("a checkpoint of another network is refused") {
  const test::TemporaryFolder folder;
  train::Trainer first(small_config(R"({"training": {"epochs": 1}})"), colours());
  first.keep_checkpoint(folder / "checkpoint");
  first.fit();
  train::Trainer other(
      small_config(R"({"network": {"layers": [{"op": "flatten"}, {"op": "linear", "out_features": 1}]}})"),
      colours());
  CHECK_THROWS_WITH_AS(other.resume(folder / "checkpoint"),
                       doctest::Contains("network.layers is not what it was"), UsageError);
}

TEST_CASE("a training does not go on with other settings than it began with") {
  const test::TemporaryFolder folder;
  const auto path = folder / "checkpoint";
  train::Trainer first(small_config(R"({"training": {"epochs": 1}})"), colours());
  first.keep_checkpoint(path);
  first.fit();
  const auto go_on = [&](const char* changes) {
    train::Trainer second(small_config(changes), colours());
    second.resume(path);
  };
  CHECK_THROWS_WITH_AS(go_on(R"({"training": {"epochs": 2, "batch_size": 12}})"),
                       doctest::Contains("training.batch_size is 12 and was 10"), UsageError);
  CHECK_THROWS_WITH_AS(
      go_on(R"({"network": {"name": "resnet10_slim"}, "input": {"width": 64, "height": 64}})"),
      doctest::Contains("the network is \"resnet10_slim\" and was a list of layers"), UsageError);
  CHECK_NOTHROW(go_on(R"({"training": {"epochs": 2, "threads": 1, "patience": 3, "fuse": "off"}})"));

  // Checkpoints of earlier versions have no record of them.
  train::Checkpoint old = train::load_checkpoint(path);
  old.settings = Json();
  train::save_checkpoint(path, old, train::Replaced::is_dropped);
  CHECK_NOTHROW(go_on(R"({"training": {"epochs": 2, "batch_size": 12}})"));
}
