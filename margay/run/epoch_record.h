// What is known of an epoch when it has ended.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace margay::run {

/// One epoch. Losses are means per picture, accuracies are shares in [0, 1], NaN where there was no
/// validation.
struct EpochRecord {
  int epoch = 0;       ///< from 1
  double seconds = 0;  ///< of the training part
  double images_per_second = 0;
  double learning_rate = 0;
  double loss =
      0;  ///< training, running mean over the epoch, with dropout and augmentation, as Keras shows it
  double accuracy = 0;
  double val_loss = 0;
  double val_accuracy = 0;
  std::vector<std::pair<std::string, double>> others;  ///< further columns, the same names in every record
};

}  // namespace margay::run
