// Real weights on real photographs, against torchvision where it is installed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/runtime/runtime.h"
#include "margay/weights/published.h"
#include "margay/weights/read_weights.h"
#include "tests/support/assets.h"
#include "tests/support/photograph.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace margay::weights {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPython = "/usr/bin/python3";
constexpr int kNotInstalled = 77;
constexpr size_t kSide = 224;

struct Reference {
  std::vector<float> input;  ///< [3, 224, 224]
  std::vector<float> logits;
};

/// Nothing where torchvision is not installed.
std::optional<Reference> ask_torchvision(const fs::path& weights, const fs::path& photo,
                                         const fs::path& folder) {
  const std::string script = std::string(MARGAY_TEST_FOLDER) + "/weights/torchvision_answers.py";
  const fs::path out = folder / "answers";
  test::Program program(folder, {kPython, script, weights.string(), photo.string(), out.string()});
  const test::ProgramResult result = program.wait();
  if (result.exit_code == kNotInstalled) return std::nullopt;
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const auto bytes = read_file(out);
  Reference reference{std::vector<float>(3 * kSide * kSide), std::vector<float>(1000)};
  REQUIRE(bytes.size() == (reference.input.size() + reference.logits.size()) * sizeof(float));
  std::memcpy(reference.input.data(), bytes.data(), reference.input.size() * sizeof(float));
  std::memcpy(reference.logits.data(), bytes.data() + reference.input.size() * sizeof(float),
              reference.logits.size() * sizeof(float));
  return reference;
}

/// [C, H, W] to [H, W, C].
std::vector<float> channels_last(const std::vector<float>& values) {
  const size_t pixels = values.size() / 3;
  std::vector<float> result(values.size());
  for (size_t channel = 0; channel < 3; ++channel)
    for (size_t i = 0; i < pixels; ++i) result[3 * i + channel] = values[channel * pixels + i];
  return result;
}

float largest_magnitude(const std::vector<float>& values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

TEST_CASE("published weights are the same in both files and fit their network") {
  const auto pth = test::find_asset("weights/mobilenet_v2-imagenet.pth");
  const auto safetensors = test::find_asset("weights/mobilenet_v2-imagenet.safetensors");
  if (!pth || !safetensors) return;
  const graph::Weights weights = read_weights(*pth);
  CHECK(weights == read_weights(*safetensors));
  CHECK_NOTHROW(graph::check_weights(graph::zoo::mobilenet_v2({}), weights, "file"));
  GetOptions options;
  options.mirror = pth->parent_path().string();
  CHECK(get_weights(graph::zoo::find_network("mobilenet_v2"), options) == *safetensors);
}

TEST_CASE("logits and probabilities of real photographs are those of torchvision") {
  const auto weights = test::find_asset("weights/mobilenet_v2-imagenet.pth");
  const auto zip = test::find_asset("data/cats_and_dogs_filtered.zip");
  if (!weights || !zip) return;
  if (!fs::exists(kPython)) {
    std::cout << "SKIPPED: needs " << kPython << " with torchvision\n";
    return;
  }
  const test::TemporaryFolder folder;
  const model::Model model = imagenet_model(graph::zoo::find_network("mobilenet_v2"), *weights);
  const auto executor = runtime::make_executor(model.graph, model.weights, {.threads = 1});
  predict::Predictor predictor(model, runtime::make_executor(model.graph, model.weights, {.threads = 1}));
  for (const char* name : {"validation/cats/cat.2000.jpg", "validation/dogs/dog.2001.jpg"}) {
    CAPTURE(name);
    const fs::path photo = test::unpack_photograph(*zip, name, folder.path());
    const auto reference = ask_torchvision(*weights, photo, folder.path());
    if (!reference) {
      std::cout << "SKIPPED: needs torchvision for " << kPython << "\n";
      return;
    }
    const std::vector<float> logits = executor->run(channels_last(reference->input), 1);
    REQUIRE(logits.size() == 1000);
    const float scale = largest_magnitude(reference->logits);
    for (size_t i = 0; i < logits.size(); ++i)
      CHECK(std::abs(logits[i] - reference->logits[i]) < 1e-4f * scale);

    const predict::Answer answer = predictor.predict_file(photo);
    const std::vector<double> expected = predict::probabilities_of(reference->logits);
    double farthest = 0;
    for (size_t i = 0; i < expected.size(); ++i)
      farthest = std::max(farthest, std::abs(answer.probabilities[i] - expected[i]));
    CHECK(farthest < 1e-4);  // decoding and resizing are Pillow's to the last bit or two of a pixel
    CHECK(answer.best() == predict::Answer{expected}.best());
  }
}

}  // namespace
}  // namespace margay::weights
