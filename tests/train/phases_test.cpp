// Epochs whose losses may be compared.
#include "margay/train/phases.h"

#include <doctest/doctest.h>

using namespace margay;

TEST_CASE("epochs are alike while pictures have one size and are mixed or not") {
  recipe::Config config;
  config.training.epochs = 360;
  CHECK(train::first_epoch_like(config, 360) == 1);
  config.input.width = config.input.height = 160;
  config.schedule.sizes = {96, 128, 160};
  CHECK(train::first_epoch_like(config, 120) == 1);
  CHECK(train::first_epoch_like(config, 121) == 121);
  CHECK(train::first_epoch_like(config, 360) == 241);
  config.mixing.until = 0.9;
  CHECK(train::first_epoch_like(config, 324) == 241);
  CHECK(train::first_epoch_like(config, 360) == 325);
}

TEST_CASE("batches may be mixed until a share of the training is done") {
  CHECK(train::may_mix({.share = 1, .until = 0.9}, 0.89));
  CHECK_FALSE(train::may_mix({.share = 1, .until = 0.9}, 0.9));
  CHECK(train::may_mix({}, 0.99));
}
