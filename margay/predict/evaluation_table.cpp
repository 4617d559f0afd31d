// An evaluation as text.
#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/unicode.h"
#include "margay/core/utf8.h"
#include "margay/predict/evaluation.h"

namespace margay::predict {
namespace {

// Where classes are of equal size, both accuracies are the same number.
constexpr double kShownDifference = 0.0005;

constexpr size_t kNameLetters = 40;
constexpr size_t kMaxConfusionClasses = 20;  // a wider matrix does not fit a terminal

/// A name for a column of the terminal.
std::string shown(const std::string& name) {
  return shortened(name, kNameLetters);
}

size_t widest_name(const Evaluation& evaluation, size_t at_least) {
  for (const ClassScore& entry : evaluation.classes)
    at_least = std::max(at_least, display_width(shown(entry.name)));
  return at_least;
}

/// "66.7 %"; a dash where nothing was measured.
std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", 100 * *share) : "-";
}

std::string score_table(const Evaluation& evaluation) {
  const size_t width = widest_name(evaluation, 5);
  std::string text = fmt::format("{:<{}}   precision    recall        F1   pictures\n", "Class", width);
  for (const ClassScore& entry : evaluation.classes)
    text += fmt::format("{}   {:>9}   {:>7}   {:>7}   {:>8}\n", left_aligned(shown(entry.name), width),
                        percent(entry.precision), percent(entry.recall), percent(entry.f1), entry.support);
  return text;
}

std::string confusion_table(const Evaluation& evaluation) {
  const size_t width = widest_name(evaluation, 5);
  std::string text = fmt::format("{:<{}}", "Shows", width);
  for (const ClassScore& entry : evaluation.classes) text += "   " + right_aligned(shown(entry.name), 5);
  text += "   <- the model says\n";
  for (size_t row = 0; row < evaluation.classes.size(); ++row) {
    text += left_aligned(shown(evaluation.classes[row].name), width);
    for (size_t column = 0; column < evaluation.classes.size(); ++column)
      text += fmt::format("   {:>{}}", evaluation.confusion[row][column],
                          std::max<size_t>(display_width(shown(evaluation.classes[column].name)), 5));
    text += '\n';
  }
  return text;
}

}  // namespace

std::string format_accuracy(const Evaluation& evaluation) {
  const auto [low, high] = evaluation.accuracy_interval;
  std::string text =
      fmt::format("Accuracy   {:.1f} %   (95 % interval {:.1f} to {:.1f} %, {})\n", 100 * evaluation.accuracy,
                  100 * low, 100 * high, counted(evaluation.count, "picture"));
  if (std::abs(evaluation.balanced_accuracy - evaluation.accuracy) >= kShownDifference)
    text +=
        fmt::format("Balanced   {:.1f} %   (mean over the classes)\n", 100 * evaluation.balanced_accuracy);
  text += fmt::format("Loss       {:.4f}", evaluation.loss);
  if (evaluation.ruled_out > 0)
    text += fmt::format("   (at least: {} of {} got less than {:g} for what they show, which counts as that)",
                        evaluation.ruled_out, evaluation.count, kLeastProbability);
  return text + '\n';
}

std::string format_evaluation(const Evaluation& evaluation) {
  std::string text = format_accuracy(evaluation) + "\n" + score_table(evaluation);
  if (evaluation.classes.size() <= kMaxConfusionClasses)
    text.append("\n").append(confusion_table(evaluation));
  return text;
}

}  // namespace margay::predict
