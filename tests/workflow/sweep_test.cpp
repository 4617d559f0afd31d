// Sweeps over small trainings: nothing is trained twice, and the better ones go on.
#include "margay/workflow/sweep.h"

#include <doctest/doctest.h>

#include <map>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/run/history.h"
#include "margay/run/run_config.h"
#include "margay/train/step_memory.h"
#include "margay/workflow/halving.h"
#include "margay/workflow/training_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

namespace margay::workflow {
namespace {

namespace fs = std::filesystem;

/// Counts what is trained, and may ask to stop.
struct Watcher : SweepObserver {
  void on_trial(const SweepStep& step) override {
    trainings.push_back(step.trial), to_epoch.push_back(step.to_epoch);
  }
  void on_epoch(const run::History&, const recipe::Config&) override {
    if (++epochs == stop_after_epochs) source.request_stop();
  }
  void on_trial_end(const analysis::SweepTrial&) override { ++ended; }

  std::vector<int> trainings, to_epoch;
  int epochs = 0, ended = 0, stop_after_epochs = -1;
  std::stop_source source;
};

/// A data set and what is asked about it.
class Place {
 public:
  Place() {
    test::write_tiny_dataset(folder_ / "data", {"blue", "green"}, 24, 8, 8);
    request.recipe = "small.toml";
    request.document = Json::parse(R"({"input": {"width": 8, "height": 8},
      "network": {"layers": [{"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}]},
      "training": {"epochs": 4, "batch_size": 16, "threads": 1, "precision": "fp32"}})");
    request.dataset = data::Dataset::open(folder_ / "data");
    request.folder = folder_ / "sweep";
    request.parameters = {recipe::parse_parameter("optimizer.lr=1e-4..1e-1").value()};
    request.trials = 4;
    request.load = [this](const image::Preprocess& spec, uint64_t reserved_bytes) {
      ++loads;
      reserved = reserved_bytes;
      return std::make_shared<train::TrainingData>(train::TrainingData::load(request.dataset, spec, pool_));
    };
  }

  analysis::Sweep sweep(Watcher& watcher) { return run_sweep(request, watcher, watcher.source.get_token()); }

  SweepRequest request;
  int loads = 0;
  uint64_t reserved = 0;

 private:
  test::TemporaryFolder folder_;
  WorkerPool pool_{1};
};

TEST_CASE("halving halves the trials and doubles the epochs up to all of them") {
  const auto check = [](int trials, int epochs, std::vector<std::pair<int, int>> expected) {
    std::vector<std::pair<int, int>> found;
    for (const Rung& rung : halving_rungs(trials, epochs)) found.emplace_back(rung.trials, rung.epochs);
    CHECK(found == expected);
  };
  check(20, 15, {{20, 1}, {10, 3}, {5, 7}, {2, 15}});
  check(8, 16, {{8, 2}, {4, 4}, {2, 8}, {1, 16}});
  check(1, 15, {{1, 15}});
  check(20, 1, {{20, 1}});
  CHECK_THROWS_AS(halving_rungs(0, 5), UsageError);
}

TEST_CASE("every trial of a random search is a whole run and pictures are decoded once") {
  Place place;
  Watcher watcher;
  const analysis::Sweep sweep = place.sweep(watcher);
  CHECK(watcher.trainings == std::vector<int>{1, 2, 3, 4});
  CHECK(place.loads == 1);
  REQUIRE(sweep.trials.size() == 4);
  for (const analysis::SweepTrial& trial : sweep.trials) {
    CHECK(trial.complete);
    CHECK(trial.history.size() == 4);
    CHECK(trial.result->interval.has_value());
    const run::RunDirectory run = run::RunDirectory::open(trial.result->path);
    CHECK(fs::exists(run.report()));
    CHECK(run::read_config(run).optimizer.lr == trial.settings["optimizer.lr"].get<double>());
  }
  CHECK(sweep.best() != nullptr);
}

TEST_CASE("the same sweep again trains nothing and more trials are added to it") {
  Place place;
  Watcher first, again, more;
  const analysis::Sweep sweep = place.sweep(first);
  CHECK(to_csv(place.sweep(again)) == to_csv(sweep));
  CHECK(again.trainings.empty());
  CHECK(place.loads == 2);  // whether the pictures are still the same
  place.request.trials = 6;
  CHECK(place.sweep(more).trials.size() == 6);
  place.request.trials = 2;
  CHECK_THROWS_WITH_AS(place.sweep(more), doctest::Contains("holds 6 trials already"), UsageError);
  place.request.trials = 6;
  CHECK(more.trainings == std::vector<int>{5, 6});
}

TEST_CASE("no trial begins where one of them takes more memory than there is") {
  Place place;
  Watcher watcher;
  place.request.parameters = {recipe::parse_parameter("training.batch_size=1,16").value()};
  place.request.trials = 2;
  place.sweep(watcher);
  Json largest = place.request.document;
  largest["training"]["batch_size"] = 16;
  CHECK(place.reserved ==
        train::require_step_memory(recipe::Config::from_document(largest, "largest"), place.request.dataset));

  Place huge;
  huge.request.parameters = {recipe::parse_parameter("training.batch_size=1,65536").value()};
  huge.request.trials = 2;
  huge.request.document["input"] = {{"width", 16384}, {"height", 16384}};
  huge.request.document["network"]["layers"] =
      Json::parse(R"([{"op": "conv2d", "out_channels": 7, "kernel": 1},
                      {"op": "conv2d", "out_channels": 7, "kernel": 1},
                      {"op": "conv2d", "out_channels": 2, "kernel": 1}, {"op": "global_avg_pool2d"},
                      {"op": "linear", "out_features": "classes"}])");
  CHECK_THROWS_WITH_AS(huge.sweep(watcher), doctest::Contains("a step of 48 pictures"), UsageError);
  CHECK(huge.loads == 0);
  CHECK_FALSE(fs::exists(huge.request.folder));
}

TEST_CASE("a sweep that is stopped goes on in the middle of a trial") {
  Place whole, cut;
  Watcher uninterrupted, first, second;
  const analysis::Sweep expected = whole.sweep(uninterrupted);
  first.stop_after_epochs = 6;  // in the second trial
  CHECK_THROWS_AS(cut.sweep(first), Interrupted);
  CHECK(first.ended == 1);
  const analysis::Sweep sweep = cut.sweep(second);
  CHECK(second.trainings == std::vector<int>{2, 3, 4});
  CHECK(second.epochs == 16 - 6);
  for (size_t i = 0; i < 4; ++i) {
    CHECK(sweep.trials[i].history.size() == 4);
    CHECK(sweep.trials[i].history.back().loss == expected.trials[i].history.back().loss);
  }
}

TEST_CASE("a trial that was cut off before its first checkpoint is trained anew") {
  Place place;
  make_folder(place.request.folder / "trial-001");
  write_file_atomically(place.request.folder / "trial-001" / "config.toml", std::string_view("half"));
  Watcher watcher;
  CHECK(place.sweep(watcher).trials[0].complete);
}

TEST_CASE("halving trains the better half on and keeps the best") {
  Place place;
  place.request.strategy = SweepStrategy::halving;
  Watcher watcher;
  const analysis::Sweep sweep = place.sweep(watcher);
  CHECK(watcher.to_epoch == std::vector<int>{1, 1, 1, 1, 2, 2, 4});
  CHECK(watcher.epochs == 4 * 1 + 2 * 1 + 1 * 2);
  std::map<size_t, int> by_epochs;
  for (const analysis::SweepTrial& trial : sweep.trials) ++by_epochs[trial.history.size()];
  CHECK(by_epochs == std::map<size_t, int>{{1, 2}, {2, 1}, {4, 1}});
  // Nobody who was given up was ahead when it happened.
  const auto after = [&](const analysis::SweepTrial& trial, size_t epoch) {
    return trial.history[epoch - 1];
  };
  for (const analysis::SweepTrial& gone : sweep.trials)
    for (const analysis::SweepTrial& stayed : sweep.trials)
      if (gone.history.size() < stayed.history.size())
        CHECK(after(gone, gone.history.size()).val_accuracy <=
              after(stayed, gone.history.size()).val_accuracy);
  REQUIRE(sweep.best() != nullptr);
  CHECK(sweep.best()->history.size() == 4);
  Watcher again;
  place.sweep(again);
  CHECK(again.trainings.empty());
}

TEST_CASE("a trial whose loss is lost fails alone and is not tried again") {
  Place place;
  place.request.parameters = {recipe::parse_parameter("optimizer.lr=1e-3,100.0").value()};
  place.request.document["optimizer"] = {{"name", "sgd"}, {"weight_decay", 10.0}};
  place.request.document["training"]["epochs"] = 40;
  place.request.trials = 2;
  Watcher watcher, again;
  const analysis::Sweep sweep = place.sweep(watcher);
  const size_t lost = sweep.trials[0].settings["optimizer.lr"] == 100.0 ? 0 : 1;
  CHECK(sweep.trials[lost].failure.find("the loss became") != std::string::npos);
  CHECK(sweep.trials[1 - lost].complete);
  place.sweep(again);
  CHECK(again.trainings.empty());
}

TEST_CASE("trials with the same preprocessing share what is decoded") {
  Place place;
  place.request.parameters = {recipe::parse_parameter("input.width=8,10").value(),
                              recipe::parse_parameter("optimizer.lr=1e-3,1e-2,1e-1").value()};
  place.request.trials = 6;
  Watcher watcher;
  place.sweep(watcher);
  CHECK(watcher.trainings.size() == 6);
  CHECK(place.loads == 2);
}

TEST_CASE("what makes no sense is refused before anything is written") {
  Place place;
  Watcher watcher;
  const auto refusal = [&](SweepRequest request) {
    try {
      run_sweep(request, watcher);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  SweepRequest nothing = place.request, whole = place.request, unknown = place.request,
               halving = place.request, unsplit = place.request;
  nothing.parameters.clear();
  CHECK(refusal(nothing).find("nothing to search") != std::string::npos);
  whole.parameters = {recipe::parse_parameter("training.batch_size=1.5..2.5").value()};
  CHECK(refusal(whole).find("training.batch_size") != std::string::npos);
  unknown.parameters = {recipe::parse_parameter("optimizer.lrr=1..2").value()};
  CHECK(refusal(unknown).find("did you mean 'optimizer.lr'") != std::string::npos);
  halving.strategy = SweepStrategy::halving;
  halving.parameters = {recipe::parse_parameter("training.epochs=1..2").value()};
  CHECK(refusal(halving).find("`strategy=random`") != std::string::npos);
  std::erase_if(unsplit.dataset.splits, [](const data::Split& split) { return split.name == "validation"; });
  CHECK(refusal(unsplit).find("`validation=0.2`") != std::string::npos);
  unsplit.dataset.holds_none_back = true;  // which a share held back would not change
  CHECK(refusal(unsplit).find("no validation pictures") != std::string::npos);
  CHECK(refusal(unsplit).find("`validation=0.2`") == std::string::npos);
  CHECK_FALSE(fs::exists(place.request.folder));
}

TEST_CASE("a sweep.json that is damaged is refused") {
  for (const char* text : {"", "{", "[]", "7", "{}", R"({"asked": {}})", R"({"asked": 7, "done": []})",
                           R"({"asked": {"seed": 1}, "done": 7})", "null"}) {
    CAPTURE(text);
    Place place;
    make_folder(place.request.folder);
    write_file_atomically(place.request.folder / "sweep.json", std::string_view(text));
    Watcher watcher;
    CHECK_THROWS_AS(place.sweep(watcher), Error);
    CHECK(watcher.trainings.empty());
  }
  Place place;
  Watcher watcher;
  place.request.trials = 1;
  place.sweep(watcher);
  const fs::path path = place.request.folder / "sweep.json";
  const Json good = parse_json(read_text_file(path), "sweep.json");
  for (const char* done : {"7", "[7]", "[{}]", R"([{"trial": "1", "epochs": 4, "failure": ""}])",
                           R"([{"trial": 1, "epochs": 4, "failure": 0}])"}) {
    CAPTURE(done);
    Json bad = good;
    bad["done"] = Json::parse(done);
    write_file_atomically(path, bad.dump());
    CHECK_THROWS_AS(place.sweep(watcher), FormatError);
  }
}

TEST_CASE("a folder with another sweep is refused with what differs") {
  Place place;
  place.request.trials = 1;
  place.request.document["training"]["epochs"] = 1;
  Watcher watcher;
  place.sweep(watcher);
  place.request.document["training"]["batch_size"] = 8;
  try {
    place.sweep(watcher);
    FAIL("accepted");
  } catch (const UsageError& error) {
    CHECK(std::string(error.what()).find("training.batch_size") != std::string::npos);
    CHECK(std::string(error.what()).find("`out`") != std::string::npos);
  }
}

TEST_CASE("a sweep that began before a rule for networks came is read and goes on") {
  Place place;
  const auto network = [&](const char* last) {
    place.request.document["network"]["layers"] =
        Json::parse(fmt::format(R"([{{"op": "conv2d", "out_channels": 1, "kernel": 1}}, {{"op": "{}"}},
                                    {{"op": "global_avg_pool2d"}}])",
                                last));
  };
  place.request.trials = 2;
  network("leaky_relu");
  Watcher first;
  place.sweep(first);
  network("relu");
  CHECK_THROWS_AS(plan_trials([&] {
                    SweepRequest other = place.request;
                    other.folder += "-other";
                    return other;
                  }()),
                  ModelError);
  // So the file looks that an earlier version wrote.
  const fs::path file = place.request.folder / "sweep.json";
  std::string text = read_text_file(file);
  const size_t at = text.find("leaky_relu");
  REQUIRE(at != std::string::npos);
  write_file_atomically(file, std::string_view(text.erase(at, std::string_view("leaky_").size())));
  Watcher again;
  const analysis::Sweep read = place.sweep(again);
  CHECK(again.trainings.empty());
  CHECK(read.trials.size() == 2);
  place.request.trials = 3;
  Watcher more;
  CHECK(place.sweep(more).trials.size() == 3);
  CHECK(more.trainings == std::vector{3});
}

}  // namespace
}  // namespace margay::workflow
