// How good a classifier is on labelled pictures.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "margay/core/json.h"

namespace margay::predict {

/// One class against all others. What there are no pictures to measure with is nothing, and in no mean: where
/// all pictures show one class, precision and F1 of any.
struct ClassScore {
  std::string name;
  int64_t support = 0;              ///< pictures that show it
  std::optional<double> precision;  ///< of the pictures said to show it, the share that does
  std::optional<double> recall;     ///< of the pictures that show it, the share found
  std::optional<double> f1;         ///< harmonic mean of both; 0 for a class with pictures that is never said
};

/// What a lower probability counts as in the loss, which would be infinite for 0.
constexpr double kLeastProbability = 1e-300;

/// How good a model is on labelled pictures.
struct Evaluation {
  int64_t count = 0;
  double accuracy = 0;
  std::array<double, 2> accuracy_interval{0, 1};  ///< 95 %, Wilson
  double balanced_accuracy = 0;                   ///< mean recall of the classes that have pictures
  double loss = 0;                  ///< mean cross-entropy in nats: -log of the true class's probability
  int64_t ruled_out = 0;            ///< pictures whose class got less than kLeastProbability
  std::vector<ClassScore> classes;  ///< in the order of the model's classes
  std::vector<std::vector<int64_t>> confusion;  ///< [true class][predicted class]

  Json to_json() const;
};

/// `probabilities[i]` has one value per class, `labels[i]` is the true class. Throws DataError without
/// pictures, UsageError when sizes or labels do not fit.
Evaluation evaluate(std::span<const std::string> class_names, std::span<const int> labels,
                    std::span<const std::vector<double>> probabilities);

/// Its first lines: accuracy with its interval, over the classes where that differs, loss.
std::string format_accuracy(const Evaluation& evaluation);

/// A table for people: accuracy with its interval, loss, scores per class, confusion matrix; ends with a line
/// feed.
std::string format_evaluation(const Evaluation& evaluation);

}  // namespace margay::predict
