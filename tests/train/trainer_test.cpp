#include "margay/train/trainer.h"

#include <ATen/Parallel.h>
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>
#include <thread>

#include "margay/core/error.h"
#include "tests/support/precisions.h"
#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;

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
  for (const bool bf16 : bf16_or_not()) {
    const char* precision = bf16 ? "bf16" : "fp32";
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

TEST_CASE("trainings in two threads of one program learn what they learn alone") {
  const auto train = [](int threads) {
    recipe::Config config = small_config(R"({"training": {"epochs": 3, "precision": "fp32"}})");
    config.training.threads = threads;
    train::Trainer trainer(config, colours());
    return losses(trainer.fit().history);
  };
  const std::string one = train(1), two = train(2);
  std::string other;
  std::thread beside([&] { other = train(1); });
  CHECK(train(2) == two);
  beside.join();
  CHECK(other == one);
}

TEST_CASE("a training leaves the number of threads of the program as it was") {
  at::set_num_threads(1);
  recipe::Config config = small_config(R"({"training": {"epochs": 1}})");
  config.training.threads = 2;
  train::Trainer trainer(config, colours());
  int while_training = 0;
  struct Watcher : train::TrainingObserver {
    explicit Watcher(int& seen) : threads(seen) {}
    void on_step(const train::StepSnapshot&) override { threads = at::get_num_threads(); }
    int& threads;
  } watcher(while_training);
  trainer.observe(watcher);
  trainer.fit();
  CHECK(while_training == 2);
  CHECK(at::get_num_threads() == 1);
}

TEST_CASE("patience without validation pictures is refused") {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder.path(), {"blue", "green"});
  std::filesystem::remove_all(folder / "validation");
  CHECK_THROWS_WITH_AS(train::Trainer(small_config(R"({"training": {"patience": 2}})"), load(folder.path())),
                       doctest::Contains("no validation pictures"), UsageError);
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

TEST_CASE("growing sizes and mixing give the same weights for any number of threads") {
  const auto weights = [](int threads) {
    recipe::Config config = small_config(kFromScratch);
    config.training.precision = recipe::Precision::fp32;
    config.training.threads = threads;
    config.training.deterministic = true;
    train::Trainer trainer(config, colours());
    const run::History history = trainer.fit().history;
    CHECK(std::isnan(history[1].val_loss));
    CHECK(std::isfinite(history[2].val_loss));
    CHECK(std::isfinite(history.back().val_loss));
    return trainer.model().weights;
  };
  CHECK((weights(8) == weights(1)));
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
  CHECK(run::other_value(history.back(), run::kUpdateRatio) == 0);
  CHECK(own.model().provenance.at("loss") == "custom");
  CHECK_FALSE(built_in.model().provenance.contains("loss"));
}

TEST_CASE("the history has the worst batch and the update-to-weight ratio of the last step") {
  train::Trainer slow(small_config(R"({"optimizer": {"lr": 1e-5}})"), colours()),
      fast(small_config(), colours());
  const run::EpochRecord a = slow.fit().history.front(), b = fast.fit().history.front();
  CHECK(run::other_value(b, run::kHighestLoss) > b.loss);
  const double ratio = run::other_value(b, run::kUpdateRatio);
  CHECK(ratio > 1e-4);
  CHECK(run::other_value(a, run::kUpdateRatio) < ratio / 30);
}

TEST_CASE("frozen batch normalisation keeps the statistics and trains the rest") {
  const auto fit = [](const char* changes) {
    train::Trainer trainer(small_config(changes), colours());
    trainer.fit();
    return trainer.model();
  };
  for (const char* keep : {"last", "ema"}) {
    CAPTURE(keep);
    const model::Model frozen =
        fit(fmt::format(R"({{"training": {{"batch_norm": "frozen", "epochs": 1, "keep": "{}"}}}})", keep)
                .c_str());
    const graph::Weights first =
        graph::initialize(frozen.graph, graph::Initializer::glorot_uniform, small_config().training.seed);
    for (const auto& [name, tensor] : frozen.weights) {
      CAPTURE(name);
      CHECK((tensor == first.at(name)) == (name.ends_with("running_mean") || name.ends_with("running_var")));
    }
  }
}

TEST_CASE("the first layer moves less where its rate is lower") {
  const auto move = [](double ratio) {
    train::Trainer trainer(
        small_config(fmt::format(
            R"({{"training": {{"epochs": 1}}, "optimizer": {{"first_to_last_lr_ratio": {}}}}})", ratio)),
        colours());
    trainer.fit();
    const model::Model model = trainer.model();
    const graph::Weights first =
        graph::initialize(model.graph, graph::Initializer::glorot_uniform, small_config().training.seed);
    const auto farthest = [&](const char* name) {
      const std::vector<float>&now = model.weights.at(name).values, &before = first.at(name).values;
      float most = 0;
      for (size_t i = 0; i < now.size(); ++i) most = std::max(most, std::abs(now[i] - before[i]));
      return most;
    };
    return farthest("conv1.weight") / farthest("linear1.weight");
  };
  CHECK(move(0.01) < move(1) / 20);
}

TEST_CASE("keep best takes the weights of the best epoch") {
  const recipe::Config config =
      small_config(R"({"training": {"keep": "best", "epochs": 6}, "optimizer": {"lr": 0.02}})");
  train::Trainer trainer(config, colours());
  const train::TrainingResult result = trainer.fit();
  const int epoch = run::best_epoch(result.history)->epoch;
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
  CHECK_THROWS_WITH_AS(trainer.fit(), doctest::Contains("`lr=0.001`"), ModelError);
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
