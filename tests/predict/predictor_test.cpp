// From logits and pictures to answers.
#include "margay/predict/predictor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/graph/builder.h"
#include "margay/image/encode.h"
#include "margay/predict/file_predictions.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::predict;

namespace {

/// Answers the mean of each colour of a picture as its logits.
class MeanColor final : public Executor {
 public:
  std::vector<float> run(std::span<const float> pictures, int count) override {
    batches.push_back(count);
    std::vector<float> means(static_cast<size_t>(count) * 3);
    const size_t per_picture = count == 0 ? 0 : pictures.size() / count;
    for (size_t i = 0; i < pictures.size(); ++i)
      means[i / per_picture * 3 + i % 3] += pictures[i] * 3 / static_cast<float>(per_picture);
    return means;
  }
  std::vector<int> batches;
};

model::Model color_model() {
  model::Model model;
  model.graph = graph::Builder({3, 4, 5}).global_avg_pool2d().build();
  model.classes = {"red", "green", "blue"};
  model.preprocess.width = 5;
  model.preprocess.height = 4;
  return model;
}

Predictor color_predictor() {
  return {color_model(), std::make_unique<MeanColor>()};
}

image::Image plain(int width, int height, uint8_t red, uint8_t green, uint8_t blue) {
  image::Image picture(width, height);
  for (size_t i = 0; i < picture.pixels.size(); i += 3)
    picture.pixels[i] = red, picture.pixels[i + 1] = green, picture.pixels[i + 2] = blue;
  return picture;
}

}  // namespace

TEST_CASE("one logit becomes two probabilities") {
  CHECK(probabilities_of(std::vector<float>{0}) == std::vector<double>{0.5, 0.5});
  const auto likely = probabilities_of(std::vector<float>{2});
  CHECK(likely[1] == doctest::Approx(0.8807970779778823));
  CHECK(likely[0] == doctest::Approx(0.11920292202211757));
  const auto certain = probabilities_of(std::vector<float>{100});
  CHECK(certain[0] == doctest::Approx(std::exp(-100.0)));
  CHECK(certain[1] == 1.0);
  CHECK(probabilities_of(std::vector<float>{-1000}) == std::vector<double>{1.0, 0.0});
}

TEST_CASE("several logits go through softmax without overflow") {
  const auto values = probabilities_of(std::vector<float>{1, 2, 3});
  CHECK(values[0] == doctest::Approx(0.09003057317038046));
  CHECK(values[1] == doctest::Approx(0.24472847105479764));
  CHECK(values[2] == doctest::Approx(0.6652409557748218));
  CHECK(probabilities_of(std::vector<float>{3e38f, -3e38f}) == std::vector<double>{1, 0});
}

TEST_CASE("logits that are not finite are an error") {
  CHECK_THROWS_WITH_AS(probabilities_of(std::vector<float>{NAN}), doctest::Contains("the training diverged"),
                       ModelError);
  CHECK_THROWS_AS(probabilities_of(std::vector<float>{0, INFINITY}), ModelError);
}

TEST_CASE("classes are ranked and equal ones keep their order") {
  const Answer answer{{0.2, 0.3, 0.2, 0.3}};
  CHECK(answer.best() == 1);
  CHECK(answer.top(3) == std::vector<int>{1, 3, 0});
  CHECK(answer.top(9).size() == 4);
  CHECK(answer.top(-1).empty());
}

TEST_CASE("pictures are fitted and normalised and answered in their order") {
  Predictor predictor = color_predictor();
  const image::Image blue = plain(40, 9, 0, 0, 255), red = plain(5, 4, 255, 0, 0);
  const std::vector<image::ImageView> pictures{blue, red};
  const std::vector<Answer> answers = predictor.predict(pictures);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].best() == 2);
  CHECK(answers[1].best() == 0);
  CHECK(answers[1].probabilities[0] == doctest::Approx(std::exp(1) / (std::exp(1) + 2)));
  CHECK(predictor.predict(red).probabilities == answers[1].probabilities);
  CHECK(predictor.predict(std::span<const image::ImageView>()).empty());
  CHECK(predictor.class_names() == std::vector<std::string>{"red", "green", "blue"});
}

TEST_CASE("pictures said to be fitted must have the size") {
  Predictor predictor = color_predictor();
  const image::Image wrong = plain(4, 5, 0, 0, 0);
  const image::ImageView view = wrong;
  CHECK_THROWS_WITH_AS(predictor.predict_fitted(std::span(&view, 1)),
                       doctest::Contains("4 x 5, expected 5 x 4"), UsageError);
}

TEST_CASE("normalised values get the answer of their picture") {
  Predictor predictor = color_predictor();
  const image::Image green = plain(5, 4, 0, 255, 0);
  std::vector<float> values(green.pixels.size());
  image::normalize(green.pixels, predictor.preprocess(), values);
  CHECK(predictor.predict_values(values, 1).front().probabilities == predictor.predict(green).probabilities);
  CHECK(predictor.predict_values({}, 0).empty());
}

TEST_CASE("a predictor needs a model that fits and an executor") {
  CHECK_THROWS_AS(Predictor(color_model(), nullptr), ModelError);
  model::Model wrong = color_model();
  wrong.classes.pop_back();
  CHECK_THROWS_AS(Predictor(wrong, std::make_unique<MeanColor>()), ModelError);
}

TEST_CASE("files are answered in their order and broken ones are named") {
  const test::TemporaryFolder folder;
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 23; ++i) {
    const auto path = folder / (std::to_string(i) + ".png");
    if (i % 5 == 3)
      write_file_atomically(path, std::string_view("no picture"));
    else
      write_file_atomically(path, image::encode_png(plain(6 + i, 7, i % 3 == 0 ? 255 : 0,
                                                          i % 3 == 1 ? 255 : 0, i % 3 == 2 ? 255 : 0)));
    files.push_back(path);
  }
  files.push_back(folder / "missing.png");

  for (const int workers : {1, 8}) {
    WorkerPool pool(workers);
    Predictor predictor = color_predictor();
    std::vector<FileAnswer> answers;
    uint64_t reported = 0;
    predict_files(
        predictor, files, pool, {4}, [&](const FileAnswer& answer) { answers.push_back(answer); },
        [&](const Progress& progress) { reported = progress.done; });
    REQUIRE(answers.size() == 24);
    CHECK(reported == 24);
    for (size_t i = 0; i < answers.size(); ++i) {
      CHECK(answers[i].index == i);
      const bool broken = i % 5 == 3 || i == 23;
      REQUIRE(answers[i].answer.has_value() != broken);
      if (broken)
        CHECK_FALSE(answers[i].error.empty());
      else
        CHECK(answers[i].answer->best() == static_cast<int>(i % 3));
    }
  }
}

TEST_CASE("no more pictures go through the network together than its executor allows") {
  class Narrow final : public Executor {
   public:
    explicit Narrow(int& most_seen) : most_seen_(most_seen) {}
    std::vector<float> run(std::span<const float> pictures, int count) override {
      most_seen_ = std::max(most_seen_, count);
      return colors_.run(pictures, count);
    }
    int most_pictures() const override { return 2; }

   private:
    int& most_seen_;
    MeanColor colors_;
  };
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "a.png", image::encode_png(plain(6, 7, 0, 255, 0)));
  const std::vector<std::filesystem::path> files(5, folder / "a.png");
  WorkerPool pool(2);
  int most_seen = 0, answered = 0;
  Predictor predictor{color_model(), std::make_unique<Narrow>(most_seen)};
  predict_files(predictor, files, pool, {32}, [&](const FileAnswer& answer) {
    CHECK(answer.answer->best() == 1);
    ++answered;
  });
  CHECK(answered == 5);
  CHECK(most_seen == 2);
}

TEST_CASE("answering files can be stopped and passes on what the receiver throws") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "a.png", image::encode_png(plain(6, 7, 255, 0, 0)));
  const std::vector<std::filesystem::path> files(20, folder / "a.png");
  WorkerPool pool(2);
  Predictor predictor = color_predictor();
  std::stop_source source;
  int seen = 0;
  const auto stop_at_once = [&](const FileAnswer&) {
    ++seen;
    source.request_stop();
  };
  CHECK_THROWS_WITH_AS(predict_files(predictor, files, pool, {3}, stop_at_once, {}, source.get_token()),
                       doctest::Contains("stopped after 3 of 20 pictures"), Interrupted);
  CHECK(seen == 3);
  CHECK_THROWS_AS(predict_files(predictor, files, pool, {3},
                                [](const FileAnswer&) { throw IoError("test", "pipe closed"); }),
                  IoError);
  CHECK_THROWS_AS(predict_files(predictor, files, pool, {0}, [](const FileAnswer&) {}), UsageError);
  predict_files(predictor, {}, pool, {3}, [](const FileAnswer&) { FAIL("there is no file"); });
}

TEST_CASE("a file is answered as its picture is") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "a.png", image::encode_png(plain(6, 7, 10, 200, 30)));
  Predictor predictor = color_predictor();
  CHECK(predictor.predict_file(folder / "a.png").probabilities ==
        predictor.predict(plain(6, 7, 10, 200, 30)).probabilities);
  CHECK_THROWS_AS(predictor.predict_file(folder / "b.png"), IoError);
}

TEST_CASE("encoded bytes, files and pixels in any order get the same answer") {
  const margay::test::TemporaryFolder folder;
  Predictor predictor = color_predictor();
  const image::Image picture = plain(9, 7, 30, 200, 90);
  const std::vector<uint8_t> png = image::encode_png(picture);
  write_file_atomically(folder / "picture.png", png);
  const Answer expected = predictor.predict(picture);
  CHECK(predictor.predict_bytes(png).probabilities == expected.probabilities);
  CHECK(predictor.predict_file(folder / "picture.png").probabilities == expected.probabilities);

  std::vector<uint8_t> bgra(9 * 7 * 4 + 7 * 3);
  for (size_t y = 0; y < 7; ++y)
    for (size_t x = 0; x < 9; ++x) {
      uint8_t* pixel = bgra.data() + y * 39 + x * 4;
      pixel[0] = 90, pixel[1] = 200, pixel[2] = 30, pixel[3] = 255;
    }
  const image::PixelView view{bgra.data(), 9, 7, image::PixelOrder::bgra, 39};
  CHECK(predictor.predict(view).probabilities == expected.probabilities);
  CHECK_THROWS_AS(predictor.predict_bytes(std::vector<uint8_t>{1, 2, 3}), FormatError);
  CHECK_THROWS_AS(predictor.predict(image::PixelView{}), UsageError);
}

TEST_CASE("what cannot be shared says so") {
  CHECK_THROWS_WITH_AS(color_predictor().share(), doctest::Contains("cannot be shared"), ModelError);
}
