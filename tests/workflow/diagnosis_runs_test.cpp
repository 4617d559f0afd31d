// Small trainings made on purpose to go well or wrong in a known way, and what margay says about them.
// MARGAY_DIAGNOSIS_SEEDS=10 trains each kind with seeds 1 to 10, healthy ones with twice as many, and allows
// one in ten, and one healthy one in twenty, to be called something else. Without it there are three seeds,
// which must be right.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>

#include "margay/analysis/diagnosis.h"
#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/data/manifest.h"
#include "margay/drawn_animals/drawn_dataset.h"
#include "margay/recipe/recipe.h"
#include "margay/text/finding_text.h"
#include "margay/workflow/training_run.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_dataset.h"

using namespace margay;
using analysis::Condition;

namespace {

/// A recipe for a training, and the pictures that it gets.
struct Made {
  std::string layers;                          ///< of the network
  std::string optimizer = R"({"lr": 0.001})";  ///< laid over the article's
  int epochs = 15;
  std::string augment = "";
  double mix_until = 1;
  std::string schedule = R"({"name": "constant"})";
  std::filesystem::path data;
  int size = 12;  ///< of the pictures that the network gets, in pixels
};

/// Cannot die of large steps, as networks with ReLU do.
const char* const kLinear = R"([{"op": "flatten"}, {"op": "linear", "out_features": "classes"}])";
const char* const kDense =
    R"([{"op": "flatten"}, {"op": "linear", "out_features": 64}, {"op": "relu"}, {"op": "linear", "out_features": "classes"}])";
/// Nothing between the layers stops large numbers.
const char* const kTwoLinear =
    R"([{"op": "flatten"}, {"op": "linear", "out_features": 64}, {"op": "linear", "out_features": "classes"}])";
/// Sees nothing but the mean colour: three weights and a bias.
const char* const kMeanColour =
    R"([{"op": "global_avg_pool2d"}, {"op": "linear", "out_features": "classes"}])";
/// The article's network, small.
const char* const kConvolutions =
    R"([{"op": "conv2d", "out_channels": 16, "kernel": 3, "padding": "same"}, {"op": "relu"}, {"op": "max_pool2d", "kernel": 2},
        {"op": "conv2d", "out_channels": 32, "kernel": 3, "padding": "same"}, {"op": "relu"}, {"op": "max_pool2d", "kernel": 2},
        {"op": "flatten"}, {"op": "linear", "out_features": 128}, {"op": "relu"}, {"op": "linear", "out_features": "classes"}])";

/// Trains as `made` says in `folder`. The pictures are in made.data.
workflow::TrainingRun train_made(const Made& made, uint64_t seed, const std::filesystem::path& folder) {
  Json document = recipe::load_document("article");
  document["input"] = {{"width", made.size}, {"height", made.size}};
  document["network"]["layers"] = Json::parse(made.layers);
  document["optimizer"].merge_patch(Json::parse(made.optimizer));
  document["schedule"] = Json::parse(made.schedule);
  document["augment"]["transforms"] = made.augment;
  document["augment"]["mix_until"] = made.mix_until;
  document["training"] = {
      {"epochs", made.epochs}, {"batch_size", 16}, {"threads", 1}, {"precision", "fp32"}, {"seed", seed}};
  workflow::TrainingRequest request;
  request.config = recipe::Config::from_document(document, "made");
  request.config.source.recipe = "made";
  request.config.source.data = made.data;
  request.dataset = data::Dataset::open(made.data);
  WorkerPool pool(2);
  request.data = std::make_shared<train::TrainingData>(
      train::TrainingData::load(request.dataset, request.config.input, pool));
  request.directory = run::RunDirectory::create(folder);
  return workflow::train_in_directory(request, {}, {});
}

/// Drawn cats and dogs, 400 to train on and 200 to check with; drawn once.
const std::filesystem::path& animals() {
  static const test::TemporaryFolder folder;
  static const std::filesystem::path path = [] {
    drawn_animals::draw_dataset(folder / "animals", {.count = 600});
    return folder / "animals";
  }();
  return path;
}

/// Noise that leans to the colour of its class by `contrast`; its standard deviation is 40.
std::filesystem::path colours(const std::filesystem::path& folder, int train_each, double contrast) {
  test::write_tiny_dataset(folder / "colours", {"blue", "green"}, train_each, 100, 12, contrast);
  return folder / "colours";
}

/// Drawn animals with labels that have nothing to do with them.
std::filesystem::path shuffled_animals(const std::filesystem::path& folder, uint64_t seed) {
  data::Dataset dataset = data::Dataset::open(animals());
  for (data::Split& split : dataset.splits)
    for (size_t i = 0; i < split.samples.size(); ++i)
      split.samples[i].label = static_cast<int32_t>(Random({seed, hash_text(split.name), i}).below(2));
  write_file_atomically(folder / "shuffled.csv", data::format_manifest(dataset));
  return folder / "shuffled.csv";
}

using Maker = std::function<Made(const std::filesystem::path& folder, uint64_t seed)>;

constexpr int kUsualSeeds = 3;

int seeds_to_train() {
  const char* wanted = std::getenv("MARGAY_DIAGNOSIS_SEEDS");
  return wanted ? std::max(1, std::atoi(wanted)) : kUsualSeeds;
}

/// Trains with several seeds; all but `allowed` of them must be called what they are.
void check_diagnosis(Condition expected, const Maker& maker, int seeds = seeds_to_train()) {
  std::map<std::string, int> said;
  for (int seed = 1; seed <= seeds; ++seed) {
    const test::TemporaryFolder folder;
    const auto made = train_made(maker(folder.path(), seed), seed, folder / "run");
    const analysis::Finding& finding = made.diagnosis.primary();
    ++said[std::string(analysis::name_of(finding.condition))];
    if (finding.condition == expected) continue;
    MESSAGE("seed ", seed, ": ", text::evidence_text(finding.facts, text::Language::english), "\n",
            run::to_csv(made.result.history));
  }
  for (const auto& [name, count] : said) MESSAGE(name, ": ", count, " of ", seeds);
  const int allowed = expected == Condition::healthy ? seeds / 20 : seeds / 10;
  CHECK(said[std::string(analysis::name_of(expected))] >= seeds - allowed);
}

}  // namespace

TEST_CASE("a network that memorises few pictures is found to overfit") {
  check_diagnosis(Condition::overfitting, [](const auto& folder, uint64_t) {
    return Made{
        .layers = kDense, .optimizer = R"({"lr": 0.003})", .epochs = 40, .data = colours(folder, 40, 4)};
  });
}

TEST_CASE("a convolutional network without regularisation is found to overfit") {
  check_diagnosis(Condition::overfitting, [](const auto&, uint64_t) {
    return Made{.layers = kConvolutions, .epochs = 20, .data = animals(), .size = 32};
  });
}

TEST_CASE("a network that is too small is found to underfit") {
  check_diagnosis(Condition::underfitting, [](const auto& folder, uint64_t) {
    return Made{
        .layers = kMeanColour, .optimizer = R"({"lr": 0.1})", .epochs = 150, .data = colours(folder, 150, 2)};
  });
}

TEST_CASE("pictures that show nothing of their classes are found stuck at chance") {
  check_diagnosis(Condition::stuck_at_chance, [](const auto& folder, uint64_t) {
    return Made{.layers = kMeanColour, .optimizer = R"({"lr": 0.01})", .data = colours(folder, 60, 0)};
  });
}

TEST_CASE("a rate that explodes at first is found too high") {
  check_diagnosis(Condition::rate_too_high, [](const auto&, uint64_t) {
    return Made{
        .layers = kConvolutions, .optimizer = R"({"lr": 0.1})", .epochs = 8, .data = animals(), .size = 32};
  });
}

TEST_CASE("a rate that hardly moves the weights is found too low") {
  check_diagnosis(Condition::rate_too_low, [](const auto&, uint64_t) {
    return Made{
        .layers = kConvolutions, .optimizer = R"({"lr": 1e-6})", .epochs = 8, .data = animals(), .size = 32};
  });
}

TEST_CASE("a training that ends too early is found still improving") {
  check_diagnosis(Condition::still_improving, [](const auto& folder, uint64_t) {
    return Made{
        .layers = kDense, .optimizer = R"({"lr": 1e-4})", .epochs = 8, .data = colours(folder, 200, 15)};
  });
}

TEST_CASE("a loss that jumps up again and again is found unstable") {
  check_diagnosis(Condition::unstable, [](const auto& folder, uint64_t) {
    return Made{.layers = kLinear,
                .optimizer = R"({"name": "sgd", "lr": 0.5, "momentum": 0})",
                .epochs = 30,
                .data = colours(folder, 250, 5)};
  });
}

TEST_CASE("a loss that is lost ends the training and stands in the report") {
  const test::TemporaryFolder folder;
  const Made made{.layers = kTwoLinear,
                  .optimizer = R"({"name": "sgd", "lr": 100, "momentum": 0.9})",
                  .data = colours(folder.path(), 100, 20)};
  CHECK_THROWS_AS(train_made(made, 1, folder / "run"), train::NotFiniteError);
  const std::string page = read_text_file(folder / "run" / "report.html");
  CHECK(page.find("data-condition=\"not finite\"") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "run" / "model.safetensors"));
}

TEST_CASE("labels that do not belong to their pictures are found") {
  check_diagnosis(Condition::shuffled_labels, [](const auto& folder, uint64_t seed) {
    return Made{.layers = kConvolutions, .epochs = 25, .data = shuffled_animals(folder, seed), .size = 32};
  });
}

int healthy_seeds() {
  return seeds_to_train() > kUsualSeeds ? 2 * seeds_to_train() : seeds_to_train();
}

TEST_CASE("a training that goes well is not accused") {
  check_diagnosis(
      Condition::healthy,
      [](const auto& folder, uint64_t) {
        return Made{.layers = kDense, .epochs = 30, .data = colours(folder, 100, 60)};
      },
      healthy_seeds());
}

TEST_CASE("a training that goes as well as noisy pictures allow is not accused") {
  check_diagnosis(
      Condition::healthy,
      [](const auto& folder, uint64_t) {
        return Made{.layers = kConvolutions,
                    .optimizer = R"({"lr": 0.0005})",
                    .epochs = 25,
                    .augment = "flip",
                    .schedule = R"({"name": "cosine"})",
                    .data = colours(folder, 150, 12)};
      },
      healthy_seeds());
}

TEST_CASE("a short training that goes well is not accused, however early it ends") {
  for (int seed = 1; seed <= seeds_to_train(); ++seed)
    for (const int epochs : {3, 5, 8}) {
      const test::TemporaryFolder folder;
      const Made made{.layers = kConvolutions,
                      .epochs = epochs,
                      .augment = "flip",
                      .data = colours(folder.path(), 300, 30)};
      const auto run = train_made(made, static_cast<uint64_t>(seed), folder / "run");
      CAPTURE(seed);
      CAPTURE(epochs);
      CAPTURE(text::evidence_text(run.diagnosis.primary().facts, text::Language::english));
      CHECK(run.evaluation.accuracy > 0.8);
      for (const Condition accused :
           {Condition::rate_too_high, Condition::rate_too_low, Condition::unstable,
            Condition::stuck_at_chance, Condition::underfitting, Condition::shuffled_labels})
        CHECK_FALSE(run.diagnosis.has(accused));
    }
}

TEST_CASE("losses of mixed pictures are not compared with those of others") {
  const test::TemporaryFolder folder;
  const Made made{.layers = kDense,
                  .optimizer = R"({"lr": 1e-4})",
                  .epochs = 8,
                  .augment = "mixup",
                  .mix_until = 0.5,
                  .data = colours(folder.path(), 200, 15)};
  const analysis::Finding finding = train_made(made, 1, folder / "run").diagnosis.primary();
  CAPTURE(text::evidence_text(finding.facts, text::Language::english));
  CHECK(finding.condition == Condition::still_improving);
  CHECK(finding.numbers().at("epochs_of_trend") == 4);
}

TEST_CASE("guessing in validation is that of its classes and not of those in training") {
  const test::TemporaryFolder folder;
  const std::filesystem::path data = colours(folder.path(), 100, 0);
  for (int i = 10; i < 100; ++i)
    REQUIRE(std::filesystem::remove(data / fmt::format("train/green/{}.png", i)));
  const Made made{.layers = kDense, .epochs = 30, .data = data};
  const analysis::Finding finding = train_made(made, 1, folder / "run").diagnosis.primary();
  CAPTURE(text::evidence_text(finding.facts, text::Language::english));
  CHECK(finding.condition == Condition::overfitting);
  CHECK(finding.numbers().at("guessing_accuracy") == 0.5);
}
