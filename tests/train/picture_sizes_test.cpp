// Sizes and length of a training.
#include "margay/train/picture_sizes.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "margay/core/error.h"
#include "margay/train/training_length.h"
#include "tests/train/small_training.h"

using namespace margay;
using namespace margay::test;

namespace {

/// Pixels of the longer side in each epoch.
std::vector<int> sizes_of_epochs(const char* schedule, int epochs) {
  const train::PictureSizes sizes(small_config(schedule));
  const train::TrainingLength training(epochs);
  std::vector<int> found;
  for (int epoch = 1; epoch <= epochs; ++epoch) found.push_back(sizes.at(training.progress(epoch, 0)).width);
  return found;
}

}  // namespace

TEST_CASE("sizes share the epochs") {
  CHECK(sizes_of_epochs("{}", 2) == std::vector{16, 16});
  CHECK(sizes_of_epochs(R"({"schedule": {"sizes": [8, 12, 16]}})", 6) == std::vector{8, 8, 12, 12, 16, 16});
  CHECK(sizes_of_epochs(R"({"schedule": {"sizes": [8, 12, 16]}})", 4) == std::vector{8, 8, 12, 16});
  CHECK(sizes_of_epochs(R"({"schedule": {"sizes": [8, 16], "size_shares": [1, 4]}})", 5) ==
        std::vector{8, 16, 16, 16, 16});
  CHECK(sizes_of_epochs(R"({"schedule": {"sizes": [8, 12, 16]}})", 1) == std::vector{8});
}

TEST_CASE("a size is that of the longer side") {
  const train::PictureSizes sizes(
      small_config(R"({"input": {"width": 30, "height": 20}, "schedule": {"sizes": [15]}})"));
  CHECK(sizes.all().front() == data::PictureSize{15, 10});
}

TEST_CASE("sizes that make no sense are refused") {
  for (const auto& [schedule, says] :
       {std::pair{R"({"sizes": [17]})", "schedule.sizes has 17, more than the longer side of [input], 16"},
        {R"({"sizes": 12})", "schedule.sizes is 12; expected a list in brackets"},
        {R"({"sizes": [0]})", "expected a whole number from 1"},
        {R"({"sizes": [8, 16], "size_shares": [1]})", "as many numbers as schedule.sizes has, 2"},
        {R"({"sizes": [8, 16], "size_shares": [1, 0]})", "expected a number from 0.001"}}) {
    CAPTURE(schedule);
    const std::string changes = fmt::format(R"({{"schedule": {}}})", schedule);
    CHECK_THROWS_WITH_AS(small_config(changes), doctest::Contains(says), UsageError);
  }
  for (const char* changes : {R"({"augment": {"mix_until": 1.5}})", R"({"augment": {"mix_share": -1}})",
                              R"({"training": {"validate_every": 0}})"})
    CHECK_THROWS_AS(small_config(changes), UsageError);
}

TEST_CASE("a network that fixes its input says so before the training") {
  CHECK_THROWS_WITH_AS(
      train::Trainer(small_config(R"({"schedule": {"sizes": [8, 16]}})"), colours()),
      doctest::Contains("linear1.weight is 1 x 512 with an input of 3 x 16 x 16, and 1 x 128"), UsageError);
}

TEST_CASE("progress reaches 1 whatever becomes of the number of epochs") {
  train::TrainingLength training(10);
  CHECK(training.progress(1, 0) == 0);
  CHECK(training.progress(4, 0.5) == doctest::Approx(0.35));
  training.change(4, 6);
  CHECK(training.progress(5, 0) == doctest::Approx(0.4));
  CHECK(training.progress(5, 0.5) == doctest::Approx(0.55));
  CHECK(training.progress(6, 1) == 1);
  training.change(5, 9);
  CHECK(training.progress(6, 0) == doctest::Approx(0.7));
  CHECK(training.progress(9, 1) == 1);
  CHECK(training.epochs() == 9);
}

TEST_CASE("a schedule that is used up is not stretched") {
  train::TrainingLength training(10);
  training.change(1, 1.01);
  CHECK(training.progress(2, 0) == doctest::Approx(0.1));
  training.change(1.009, 1.01);  // a slow moment: 0.91 of what is left are done
  training.change(1.009, 5);
  CHECK(training.in_epochs() < 1.6);
  training.change(1.009, 1.009);
  training.change(1.009, 5);
  CHECK(training.in_epochs() == 1.009);
}

TEST_CASE("the last epoch of a length may be a part") {
  train::TrainingLength training(2.25);
  CHECK(training.epochs() == 3);
  CHECK(training.batches_of(2, 8) == 8);
  CHECK(training.batches_of(3, 8) == 2);
  CHECK(training.progress(3, 0.25) == doctest::Approx(1));
  training.change(1.5, 1);  // what is done is done
  CHECK(training.in_epochs() == 1.5);
  CHECK(training.epochs() == 2);
  CHECK(training.batches_of(2, 8) == 4);
  CHECK(training.progress(2, 0.5) == 1);
}

TEST_CASE("the first epoch of a share of the progress follows changes of the length") {
  train::TrainingLength training(10);
  CHECK(training.first_epoch(0) == 1);
  CHECK(training.first_epoch(0.5) == 6);
  CHECK(training.first_epoch(0.55) == 7);
  training.change(4, 16);
  CHECK(training.first_epoch(0.7) == 11);
  train::TrainingLength restored(1);
  restored.set_state(training.state());
  CHECK(restored.first_epoch(0.7) == 11);
  CHECK(restored.in_epochs() == 16);
}

TEST_CASE("pixels that are left are those of the epochs that come") {
  const train::PictureSizes sizes(small_config(R"({"schedule": {"sizes": [8, 12, 16]}})"));
  for (const double length : {1.0, 4.0, 6.0, 7.0, 6.5}) {
    CAPTURE(length);
    const train::TrainingLength training(length);
    double sum = 0;
    for (int epoch = training.epochs(); epoch >= 1; --epoch) {
      const double share = std::min(1.0, length - (epoch - 1));
      sum += share * train::pixels(sizes.at(training.progress(epoch, 0)));
      CHECK(sizes.pixels_left(training, epoch - 1) == doctest::Approx(sum));
    }
  }
  CHECK(sizes.pixels_left(train::TrainingLength(6), 2.5) == doctest::Approx(1.5 * 144 + 2 * 256));
}
