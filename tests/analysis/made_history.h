// Histories with a known shape, for tests of everything that reads one.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "margay/core/random.h"
#include "margay/run/history.h"

namespace margay::test {

/// Accuracies approach `training` and `validation` from `start` within about `epochs_to_learn`; losses follow
/// them.
struct HistoryShape {
  int epochs = 15;
  double start = 0.5;
  double training = 0.8;
  double validation = 0.8;
  double epochs_to_learn = 4;
  double val_loss_rise = 0;  ///< per epoch, after `epochs_to_learn`
  double chance_loss = 0.6931;
  double accuracy_noise = 0;  ///< standard deviation, of validation; training gets a third
  uint64_t seed = 1;
};

inline run::History made_history(const HistoryShape& shape) {
  Random random({shape.seed, 77});
  run::History history;
  for (int epoch = 1; epoch <= shape.epochs; ++epoch) {
    const double learned = 1 - std::exp(-epoch / shape.epochs_to_learn);
    const auto accuracy = [&](double end) { return shape.start + (end - shape.start) * learned; };
    const auto loss = [&](double end) {
      return shape.chance_loss * (1 - learned * (end - shape.start) / (1 - shape.start));
    };
    const double rise = shape.val_loss_rise * std::fmax(0, epoch - shape.epochs_to_learn);
    const double noise = shape.accuracy_noise;
    run::EpochRecord record;
    record.epoch = epoch, record.seconds = 12.5, record.images_per_second = 160, record.learning_rate = 0.001;
    record.loss = loss(shape.training) * (1 + noise / 3 * random.normal());
    record.accuracy = std::fmin(1, accuracy(shape.training) + noise / 3 * random.normal());
    record.val_loss = loss(shape.validation) * (1 + noise * random.normal()) + rise;
    record.val_accuracy = std::fmin(1, accuracy(shape.validation) + noise * random.normal());
    history.push_back(record);
  }
  return history;
}

/// The same without validation.
inline run::History without_validation(run::History history) {
  for (run::EpochRecord& record : history)
    record.val_loss = record.val_accuracy = std::numeric_limits<double>::quiet_NaN();
  return history;
}

}  // namespace margay::test
