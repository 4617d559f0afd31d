// Heads on frozen networks: the run that they leave, going on after a stop, and what cannot have one.
#include "margay/workflow/transfer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <string_view>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/model/model.h"
#include "margay/model/safetensors.h"
#include "margay/runtime/runtime.h"
#include "margay/train/decide.h"
#include "margay/workflow/training_run.h"
#include "tests/support/assets.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

namespace margay::workflow {
namespace {

namespace fs = std::filesystem;

const char* const kSmall = R"({"input": {"width": 12, "height": 12},
  "network": {"layers": [{"op": "conv2d", "out_channels": 12, "kernel": 3}, {"op": "relu"}, {"op": "global_avg_pool2d"},
    {"op": "dropout", "rate": 0.5}, {"op": "linear", "out_features": "classes"}]},
  "training": {"method": "head", "threads": 1}})";

/// Remembers what it is told, and may ask to stop.
struct Watcher : train::TrainingObserver {
  void on_warning(const std::string& warning) override { warnings.push_back(warning); }
  void on_progress(const Progress& progress) override {
    last = progress;
    if (progress.task == stop_at) source.request_stop();
  }
  void on_checkpoint(const train::CheckpointSnapshot&) override { ++checkpoints; }

  bool warned_of(std::string_view text) const {
    return std::ranges::any_of(warnings, [&](const std::string& w) { return w.find(text) != w.npos; });
  }

  std::vector<std::string> warnings;
  Progress last;
  std::string stop_at;
  int checkpoints = 0;
  std::stop_source source;
};

/// A data set, a network with random weights in a file, and a training of its head.
class Place {
 public:
  explicit Place(std::vector<std::string> classes = {"blue", "green", "red"}, int train_each = 24) {
    test::write_tiny_dataset(folder_ / "data", classes, train_each, 8, 12);
    open();
  }

  void open() { dataset_ = data::Dataset::open(folder_ / "data"); }

  TrainingRequest request(const std::string& name, const std::string& document = kSmall) {
    TrainingRequest request;
    request.config = recipe::Config::from_document(parse_json(document, "test"), "test");
    request.config.source.recipe = "small";
    request.dataset = dataset_;
    WorkerPool pool(1);
    request.data = std::make_shared<train::TrainingData>(
        train::TrainingData::load(dataset_, request.config.input, pool));
    request.directory = run::RunDirectory::create(folder_ / name);
    return request;
  }

  /// A request whose network has weights to begin with.
  TrainingRequest with_weights(const std::string& name) {
    TrainingRequest made = request(name);
    const graph::Graph network =
        recipe::build_network(made.config, static_cast<int>(made.data->classes.size()));
    model::SafeTensors file;
    for (const auto& [parameter, tensor] : graph::initialize(network, graph::Initializer::he_normal, 7))
      file.tensors.emplace(parameter,
                           model::make_tensor(tensor.shape, std::span<const float>(tensor.values)));
    made.config.network.weights = (folder_ / "weights.safetensors").string();
    model::write_safetensors(made.config.network.weights, file);
    return made;
  }

  static TrainingRun run(const TrainingRequest& request, Watcher& watcher) {
    train::TrainingObserver* observers[] = {&watcher};
    return train_in_directory(request, observers, watcher.source.get_token());
  }

  test::TemporaryFolder folder_;

 private:
  data::Dataset dataset_;
};

}  // namespace

TEST_CASE("a fitted head leaves a whole run whose model answers") {
  Place place;
  Watcher watcher;
  const TrainingRequest request = place.with_weights("run");
  const TrainingRun run = Place::run(request, watcher);
  REQUIRE(run.result.history.size() == 1);
  const run::EpochRecord& record = run.result.history[0];
  CHECK(record.accuracy > 0.9);
  CHECK(record.val_accuracy > 0.9);
  CHECK(run::other_value(record, run::kHeldOutAccuracy) > 0.9);
  CHECK(run.diagnosis.primary().condition == analysis::Condition::healthy);
  const run::RunDirectory& directory = run.directory;
  for (const fs::path& file : {directory.config(), directory.history_csv(), directory.model(),
                               directory.predictions(), directory.report(), directory.manifest(),
                               directory.samples(), directory.environment(), directory.curves_svg()})
    CHECK_MESSAGE(fs::exists(file), file.string());
  CHECK(!fs::exists(directory.checkpoint()));

  const model::Model model = model::load_model(directory.model());
  const auto given = model::read_safetensors(request.config.network.weights);
  CHECK(model.weights.at("conv1.weight").values == model::to_float32(given.tensors.at("conv1.weight")));
  predict::Predictor predictor = runtime::make_predictor(model, {.threads = 1});
  CHECK(predictor.predict(request.data->validation->picture(0)).best() == request.data->validation->label(0));
}

TEST_CASE("one thread and several give the same head and so does the same seed") {
  Place place({"blue", "green"});
  Watcher watcher;
  TrainingRequest first = place.with_weights("a");
  TrainingRequest second = place.with_weights("b");
  second.config.training.threads = 3;
  Place::run(first, watcher);
  Place::run(second, watcher);
  CHECK(model::load_model(first.directory.model()).weights ==
        model::load_model(second.directory.model()).weights);
}

TEST_CASE("a stopped fit goes on without the weights and ends as if it had never stopped") {
  Place place;
  Watcher plain;
  const TrainingRequest whole = place.with_weights("whole");
  Place::run(whole, plain);
  for (const std::string task : {"computing features", "choosing the L2 strength"}) {
    TrainingRequest request = place.with_weights(task);
    Watcher stopping;
    stopping.stop_at = task;
    CHECK(Place::run(request, stopping).result.stopped);
    CHECK(stopping.checkpoints > 0);
    CHECK(fs::exists(request.directory.checkpoint()));
    fs::remove(request.config.network.weights);
    request.resume = true;
    Watcher resumed;
    CHECK(!Place::run(request, resumed).result.stopped);
    CHECK(resumed.warnings.size() == 1);  // that nobody knows what the weights have learned from
    CHECK(model::load_model(request.directory.model()).weights ==
          model::load_model(whole.directory.model()).weights);
  }
}

TEST_CASE("a damaged checkpoint of features is told and they are computed anew") {
  Place place({"blue", "green"});
  TrainingRequest request = place.with_weights("run");
  Watcher stopping;
  stopping.stop_at = "computing features";
  Place::run(request, stopping);
  std::vector<uint8_t> bytes = read_file(request.directory.checkpoint());
  bytes[bytes.size() - 3] ^= 0x40;
  write_file_atomically(request.directory.checkpoint(), bytes);
  request.resume = true;
  Watcher resumed;
  CHECK(!Place::run(request, resumed).result.stopped);
  CHECK(resumed.warned_of("computed anew"));
}

TEST_CASE("one picture of each class and more views work") {
  Place place({"blue", "green", "red"}, 1);
  TrainingRequest request = place.with_weights("run");
  request.config.head.views = 4;
  request.config.augment = "crop=0.5,flip";
  Watcher watcher;
  const TrainingRun run = Place::run(request, watcher);
  CHECK(run.result.history[0].accuracy == 1);
  CHECK(std::isnan(run::other_value(run.result.history[0], run::kHeldOutLoss)));
}

TEST_CASE("rare classes count more where training balance says so") {
  Place place({"blue", "green"});
  for (int i = 4; i < 24; ++i) fs::remove(place.folder_ / "data/train/green" / (std::to_string(i) + ".png"));
  place.open();
  const TrainingRequest request = place.with_weights("run");
  const auto bias_of = [&](recipe::Balance balance) {
    recipe::Config config = request.config;
    config.training.balance = balance;
    config.head.l2 = {1e6};  // nothing but the bias
    config = train::decide(config, *request.data);
    return fit_head(config, *request.data, begin_head(config, *request.data))
        .weights.at("linear1.bias")
        .values[0];
  };
  CHECK(bias_of(recipe::Balance::none) == doctest::Approx(std::log(4.0 / 24)).epsilon(1e-3));
  CHECK(std::abs(bias_of(recipe::Balance::automatic)) < 1e-3);
}

TEST_CASE("finetuning begins with the fitted head and goes on with all layers") {
  Place place;
  Watcher watcher;
  const auto weights_after = [&](const char* name, recipe::Method method, double rate) {
    TrainingRequest request = place.with_weights(name);
    request.config.training.method = method;
    request.config.training.epochs = 2;
    request.config.training.precision = recipe::Precision::fp32;
    request.config.optimizer.lr = rate;
    const TrainingRun run = Place::run(request, watcher);
    CHECK(run.result.history.size() == (method == recipe::Method::head ? 1 : 2));
    return model::load_model(run.directory.model()).weights;
  };
  const graph::Weights head = weights_after("head", recipe::Method::head, 0.01),
                       still = weights_after("still", recipe::Method::finetune, 0),
                       moved = weights_after("moved", recipe::Method::finetune, 0.01);
  CHECK((still == head));
  for (const auto& [name, tensor] : moved) CHECK_MESSAGE(!(tensor == head.at(name)), name);
}

TEST_CASE("finetuning that is stopped before its first step begins anew") {
  Place place;
  TrainingRequest request = place.with_weights("run");
  request.config.training.method = recipe::Method::finetune;
  request.config.training.epochs = 1;
  Watcher stopping, patient;
  stopping.stop_at = "computing features";
  CHECK(Place::run(request, stopping).result.stopped);
  request.resume = true;
  CHECK_FALSE(Place::run(request, patient).result.stopped);
  CHECK(patient.warned_of("begins anew"));
  CHECK(patient.warned_of("which pictures the weights"));  // those of a file without a record
}

TEST_CASE("a training that fails before it has saved anything takes its files away again") {
  struct Failing : Watcher {
    void on_start(const train::TrainingStart&) override { throw std::bad_alloc(); }
  };
  Place place({"blue", "green"});
  for (const recipe::Method method : {recipe::Method::head, recipe::Method::finetune}) {
    TrainingRequest request = place.with_weights("run");
    request.config.training.method = method;
    request.config.training.epochs = 1;
    Failing failing;
    CHECK_THROWS_AS(Place::run(request, failing), std::exception);
    CHECK(fs::is_empty(request.directory.root));
  }
}

TEST_CASE("what cannot have a head says why") {
  Place place({"blue", "green"});
  Watcher watcher;
  CHECK_THROWS_WITH_AS(Place::run(place.request("none"), watcher), doctest::Contains("no weights are named"),
                       UsageError);
  TrainingRequest pooled = place.with_weights("pooled");
  pooled.config.network.layers = parse_json(
      R"([{"op": "conv2d", "out_channels": "classes", "kernel": 3}, {"op": "global_avg_pool2d"}])", "test");
  CHECK_THROWS_WITH_AS(Place::run(pooled, watcher), doctest::Contains("its last layer 'global_avg_pool1'"),
                       ModelError);
  TrainingRequest on_gpu = place.with_weights("gpu");
  on_gpu.config.training.device = recipe::Device::cuda;
  CHECK_THROWS_WITH_AS(Place::run(on_gpu, watcher), doctest::Contains("on the processor"), UsageError);
  CHECK_THROWS_WITH_AS(train::Trainer(place.with_weights("steps").config, on_gpu.data),
                       doctest::Contains("takes no steps"), UsageError);
}

TEST_CASE("published weights tell classes apart that they have never seen") {
  const auto weights = test::find_asset("weights/mobilenet_v2-imagenet.safetensors");
  if (!weights) return;
  Place place({"blue", "green", "red"}, 24);
  TrainingRequest request = place.request("run", R"({"input": {"width": 64, "height": 64},
    "network": {"name": "mobilenet_v2", "head_scales": 2}, "training": {"method": "head"}})");
  request.config.network.weights = weights->string();
  Watcher watcher;
  const TrainingRun run = Place::run(request, watcher);
  CHECK(run.evaluation.accuracy > 0.6);  // a third by chance, and it has never seen noise
  CHECK(model::load_model(run.directory.model()).weights.at("classifier.1.weight").shape ==
        graph::Shape{3, 1280 + 576});
}

}  // namespace margay::workflow
