// Small trainings made on purpose to go well or wrong in a known way, and what margay says about them.
#include <doctest/doctest.h>

#include <functional>

#include "margay/core/atomic_file.h"
#include "margay/recipe/recipe.h"
#include "margay/workflow/training_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;
using report::Condition;

namespace {

/// What a run is made of.
struct Made {
  double contrast;  ///< how far apart the classes are; their noise has a standard deviation of 40
  int train_each;
  std::string layers;  ///< of the network
  double lr;
  int epochs;
};

const char* const kMemorizing =
    R"([{"op": "flatten"}, {"op": "linear", "out_features": 64}, {"op": "relu"}, {"op": "linear", "out_features": "classes"}])";
/// Sees nothing but the mean colour: three weights and a bias.
const char* const kTiny = R"([{"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}])";

workflow::TrainingRun train_made(const Made& made) {
  const test::TemporaryFolder folder;
  test::write_tiny_dataset(folder / "data", {"blue", "green"}, made.train_each, 100, 12, made.contrast);
  Json document = recipe::load_document("article");
  document["input"] = {{"width", 12}, {"height", 12}};
  document["network"]["layers"] = Json::parse(made.layers);
  document["optimizer"]["lr"] = made.lr;
  document["training"] = {{"epochs", made.epochs}, {"batch_size", 16}, {"threads", 1}, {"precision", "fp32"}};
  workflow::TrainingRequest request;
  request.config = recipe::Config::from_document(document, "made");
  request.config.source.recipe = "made";
  request.config.source.data = folder / "data";
  request.dataset = data::Dataset::open(folder / "data");
  WorkerPool pool(2);
  request.data = std::make_shared<train::TrainingData>(
      train::TrainingData::load(request.dataset, request.config.input, pool));
  request.directory = run::RunDirectory::create(folder / "run");
  return workflow::train_in_directory(request, {}, {});
}

void check_primary(const workflow::TrainingRun& made, Condition expected) {
  const report::Finding& finding = made.diagnosis.primary();
  CAPTURE(run::to_csv(made.result.history));
  CAPTURE(finding.evidence);
  CHECK(std::string(report::name_of(finding.condition)) == std::string(report::name_of(expected)));
  CHECK(finding.evidence.find_first_of("0123456789") != std::string::npos);
}

}  // namespace

TEST_CASE("a network that memorises noise is found to overfit") {
  check_primary(
      train_made({.contrast = 1, .train_each = 40, .layers = kMemorizing, .lr = 0.003, .epochs = 40}),
      Condition::overfitting);
}

TEST_CASE("a network that is too small is found to underfit") {
  check_primary(train_made({.contrast = 2, .train_each = 150, .layers = kTiny, .lr = 2, .epochs = 150}),
                Condition::underfitting);
}

TEST_CASE("a network that cannot move is found stuck at chance") {
  check_primary(train_made({.contrast = 0, .train_each = 60, .layers = kTiny, .lr = 1e-7, .epochs = 15}),
                Condition::stuck_at_chance);
}

TEST_CASE("a training that ends too early is found still improving") {
  check_primary(train_made({.contrast = 8, .train_each = 60, .layers = kTiny, .lr = 0.5, .epochs = 12}),
                Condition::still_improving);
}

TEST_CASE("a training that goes well is not accused") {
  check_primary(
      train_made({.contrast = 60, .train_each = 100, .layers = kMemorizing, .lr = 0.001, .epochs = 30}),
      Condition::healthy);
}
