// Those who watch a training, as one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "margay/train/events.h"
#include "margay/workflow/optional_output.h"

namespace margay::workflow {

/// Tells everybody who watches, in order.
class Observers {
 public:
  Observers(std::vector<train::TrainingObserver*> observers) : observers_(std::move(observers)) {}
  template <class Call>
  void operator()(const Call& call) const {
    for (train::TrainingObserver* observer : observers_) call(*observer);
  }
  /// As something to call with a warning; valid as long as these are.
  Warn warn() const {
    return [this](const std::string& warning) {
      (*this)([&](train::TrainingObserver& observer) { observer.on_warning(warning); });
    };
  }
  /// As something to call with progress; valid as long as these are.
  ProgressObserver progress() const {
    return [this](const Progress& progress) {
      (*this)([&](train::TrainingObserver& observer) { observer.on_progress(progress); });
    };
  }

 private:
  std::vector<train::TrainingObserver*> observers_;
};

}  // namespace margay::workflow
