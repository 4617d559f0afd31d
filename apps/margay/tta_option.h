// --tta of the commands that ask a model.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/margay/unknown_option.h"

namespace margay::app {

/// What predict::test_time_augmentation_from_name reads.
inline void add_tta_option(CLI::App& command, std::string& tta) {
  command
      .add_option("--tta", tta,
                  "test-time augmentation, the mean of the probabilities of several copies of each picture: "
                  "none; flip, it and its mirror image; crops, besides the corners and the centre enlarged, "
                  "12 in all, which take as many times as long")
      ->check(one_of("--tta", {"none", "flip", "crops"}))
      ->capture_default_str();
}

}  // namespace margay::app
