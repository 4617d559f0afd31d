// How fast a machine trains, loads and predicts with a recipe, in numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "margay/recipe/config.h"

namespace margay::analysis {

/// Of work that a network does. Rates are from the median repetition.
struct NetworkSpeed {
  int pictures = 0;  ///< of a repetition: a step or a batch
  double images_per_second = 0;
  double seconds = 0;  ///< of a repetition
  int repetitions = 0;
  double flops = 0;  ///< a second; see graph::flops_of and graph::training_flops_of
  /// Of the measured peak in the same precision; empty where that is not the processor that computes.
  std::optional<double> share_of_peak = std::nullopt;
  /// That a repetition reads and writes at least, if nothing stays in a cache: weights, and when training
  /// gradients and what the optimiser remembers, each as often as forward, backward and the optimiser must
  /// touch it. Pictures and values between layers are not counted.
  int64_t least_bytes = 0;
};

/// Of training steps with pictures of one size.
struct StepsOfSize {
  int width = 0, height = 0;
  double share = 1;            ///< of the epochs that show this size; all shares add up to 1
  int64_t training_flops = 0;  ///< of one picture
  NetworkSpeed speed = {};
};

/// Pictures a second.
struct LoadingSpeed {
  double decode = 0;           ///< read, decode and fit, on the trainer's threads and the main one
  double decode_one_core = 0;  ///< from memory
  double batches = 0;          ///< as the trainer gets them, augmented, on all threads
  std::optional<double> augment_one_core;  ///< empty where the recipe changes nothing
};

/// What was measured. Rates hold for the machine as busy as it was.
struct Benchmark {
  recipe::Config config;  ///< with everything decided
  std::string pictures_name;
  size_t pictures = 0;
  int64_t parameters = 0;      ///< that are trained
  int64_t forward_flops = 0;   ///< of one picture of the size that is predicted
  int64_t training_flops = 0;  ///< of one picture, the mean over the sizes of the training
  std::optional<double> fp32_peak_flops, bf16_peak_flops;  ///< runtime::measure_peak_flops
  NetworkSpeed
      training;  ///< forward, backward and optimiser, with the loader beside it: the mean over the sizes
  std::vector<StepsOfSize> training_sizes;  ///< in the order of schedule.sizes; one without
  LoadingSpeed loading;
  std::vector<NetworkSpeed> prediction;  ///< with the torch-free runtime, in fp32, pixels normalised
  uint64_t peak_memory_bytes = 0;        ///< of this process, files that it maps included (VmHWM)
  uint64_t peak_anonymous_bytes = 0;     ///< highest RssAnon after a step or a batch
};

}  // namespace margay::analysis
