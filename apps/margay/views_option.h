// --views of the commands that ask a model.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace margay::app {

/// What predict::test_time_augmentation_from_name reads.
inline void add_views_option(CLI::App& command, std::string& views) {
  command
      .add_option(
          "--views", views,
          "looks at each picture, whose probabilities are averaged: one; flip, it and its mirror image; "
          "crops, besides the corners and the centre enlarged, 12 in all, which take as many times as long")
      ->check(CLI::IsMember({"one", "flip", "crops"}))
      ->capture_default_str();
}

}  // namespace margay::app
