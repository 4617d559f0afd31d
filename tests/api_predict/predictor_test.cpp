// One predictor for a whole program: the same answers from many threads at once, and from any form of a
// picture.
#include <doctest/doctest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/random.h"
#include "margay/image/encode.h"
#include "margay/predict.h"
#include "tests/support/temporary_folder.h"

using namespace margay;

namespace {

Model small_model() {
  Model model;
  model.graph = Builder({3, 16, 16}).conv2d(24, 3).relu().max_pool2d(2).flatten().linear(5).build();
  model.weights = initialize(model.graph, Initializer::glorot_uniform, 3);
  model.classes = {"a", "b", "c", "d", "e"};
  model.preprocess.width = model.preprocess.height = 16;
  return model;
}

Image noise(uint64_t key, int width = 16, int height = 16) {
  Image picture(width, height);
  Random random{key};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

bool agree(const Answer& a, const Answer& b) {
  for (size_t i = 0; i < a.probabilities.size(); ++i)
    if (std::abs(a.probabilities[i] - b.probabilities[i]) > 1e-6) return false;
  return a.probabilities.size() == b.probabilities.size();
}

}  // namespace

TEST_CASE("one predictor answers from many threads as it does from one, on any number of threads a call") {
  const Predictor predictor(small_model(), {.threads = 1});
  constexpr int kPictures = 24;
  std::vector<Answer> expected;
  for (int i = 0; i < kPictures; ++i) expected.push_back(predictor.predict(noise(i)));

  std::vector<int> wrong(6);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < kPictures; ++i) {
          const std::vector<Image> pictures{noise(i), noise(i + 1), noise(i + 2)};
          // Other numbers of pictures and of threads need other states, which are made at the same moment.
          const std::vector<ImageView> views(pictures.begin(), pictures.begin() + 1 + (i + t) % 3);
          wrong[t] += agree(predictor.predict(views, {.threads = t % 3})[0], expected[i]) ? 0 : 1;
        }
      });
  }
  CHECK(wrong == std::vector<int>(6));
}

TEST_CASE("a picture is answered alike as pixels in any order, as bytes and as a file") {
  const test::TemporaryFolder folder;
  const Predictor predictor(small_model());
  const Image picture = noise(7, 21, 13);
  const Answer expected = predictor.predict(picture);

  std::vector<uint8_t> bgra(static_cast<size_t>(13) * 100);
  for (int y = 0; y < 13; ++y)
    for (int x = 0; x < 21; ++x) {
      for (int c = 0; c < 3; ++c)
        bgra[static_cast<size_t>(y) * 100 + x * 4 + c] =
            picture.pixels[static_cast<size_t>((y * 21 + x) * 3 + 2 - c)];
      bgra[static_cast<size_t>(y) * 100 + x * 4 + 3] = 255;
    }
  CHECK(agree(
      predictor.predict(
          {.pixels = bgra.data(), .width = 21, .height = 13, .order = PixelOrder::bgra, .stride_bytes = 100}),
      expected));
  const std::vector<uint8_t> png = image::encode_png(picture);
  CHECK(agree(predictor.predict_bytes(png), expected));
  write_file_atomically(folder / "picture.png", png);
  CHECK(agree(predictor.predict_file(folder / "picture.png"), expected));
  CHECK(predictor.name_of_best(expected) == predictor.class_names()[static_cast<size_t>(expected.best())]);
}

TEST_CASE("a predictor that has thrown goes on answering") {
  Predictor predictor(small_model());
  const Answer expected = predictor.predict(noise(1));
  CHECK_THROWS_AS(predictor.predict_bytes(std::vector<uint8_t>{1, 2, 3}), FormatError);
  CHECK_THROWS_AS(predictor.predict(noise(1), {.threads = -1}), UsageError);
  CHECK_THROWS_AS(predictor.predict(PixelView{}), UsageError);
  const Predictor moved = std::move(predictor);
  CHECK(agree(moved.predict(noise(1)), expected));
}

TEST_CASE("a model is the same after it was a file, with what it came from as text") {
  const test::TemporaryFolder folder;
  Model model = small_model();
  model.provenance = R"({"recipe":"mine","epoch":3})";
  save_model(folder / "model.safetensors", model);
  const Model loaded = load_model(folder / "model.safetensors");
  CHECK(loaded.graph == model.graph);
  CHECK(loaded.weights == model.weights);
  CHECK(loaded.classes == model.classes);
  CHECK(loaded.provenance == model.provenance);
  const Predictor predictor(folder / "model.safetensors");
  CHECK(predictor.provenance() == model.provenance);
  CHECK(predictor.graph() == model.graph);
  model.provenance = "[]";
  CHECK_THROWS_AS(save_model(folder / "other.safetensors", model), FormatError);
}

TEST_CASE("a network by name has outputs for its classes") {
  CHECK(named_network("squeezenet1_1", {.width = 64, .height = 64, .classes = 5}).output_shape() == Shape{5});
  CHECK(named_network("squeezenet1_1", {.width = 64, .height = 64, .classes = 2}).output_shape() == Shape{1});
  CHECK_THROWS_AS(named_network("squeezenet"), UsageError);
}
