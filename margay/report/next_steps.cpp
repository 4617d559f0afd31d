// Chooses and prints the steps.
#include "margay/report/next_steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "margay/core/number_text.h"
#include "margay/core/shell_word.h"
#include "margay/report/findings.h"
#include "margay/report/phrases.h"
#include "margay/report/wrapped_text.h"

namespace margay::report {
namespace {

using Purpose = NextStep::Purpose;

std::string run_command(const DiagnosisContext& context, std::string_view name, const std::string& pictures) {
  return fmt::format("margay {} {} {}", name, shell_word(context.run_path), pictures);
}

/// Of `fresh` validation pictures that it has not learned from, as far as that is known.
std::string measuring_text(const DiagnosisContext& context, int64_t fresh) {
  constexpr const char* kMeasure = "Measure it class by class, on the";
  if (!context.unknown_weights.empty())
    return fmt::format(
        "{} validation pictures of this training; whether {} had learned from some of them is "
        "not known:",
        kMeasure, context.unknown_weights);
  if (context.learned_validation == 0)
    return fmt::format("{} validation pictures of this training, which it has not learned from:", kMeasure);
  return fmt::format("{} {} of this training that it has not learned from:", kMeasure,
                     counted(fresh, "validation picture"));
}

std::vector<NextStep> measuring_steps(const DiagnosisContext& context, bool has_test_split) {
  std::vector<NextStep> steps;
  if (const int64_t fresh = context.validation_count - context.learned_validation; fresh > 0)
    steps.push_back({Purpose::measure, measuring_text(context, fresh), evaluate_command(context)});
  if (has_test_split)
    steps.push_back({Purpose::measure,
                     "Measure it on the test pictures, which have neither taught nor chosen anything: that "
                     "number is the one to report.",
                     run_command(context, "evaluate", data_words(context) + " --split test")});
  else
    steps.push_back({Purpose::measure,
                     "The number to report is of pictures that have neither taught nor chosen anything, in a "
                     "folder per class:",
                     run_command(context, "evaluate", "OTHER-PICTURES")});
  return steps;
}

/// What the diagnosis advises, where it advises a change.
void add_advice(const Diagnosis& diagnosis, std::vector<NextStep>& steps) {
  for (const Finding& finding : diagnosis.findings)
    if (finding.condition != Condition::healthy)
      steps.push_back({Purpose::improve, finding.advice, finding.command});
}

/// Whether hardly a picture is wrong, so that no other training could be measured to be better.
bool leaves_nothing_to_gain(const Diagnosis& diagnosis) {
  constexpr double kAlmostAll = 0.98;
  const auto found = diagnosis.primary().numbers.find("validation_accuracy");
  return found != diagnosis.primary().numbers.end() && found->second >= kAlmostAll;
}

/// The last layer of a network with ImageNet's weights.
std::string transfer_text(const DiagnosisContext& context) {
  const std::string download = context.weights_bytes > 0
                                   ? fmt::format(" Its weights are downloaded once, about {}.",
                                                 format_bytes(static_cast<double>(context.weights_bytes)))
                                   : "";
  return "Often far more accurate, above all where pictures are few: a network that has learned from a "
         "million other pictures, of which only the last layer is fitted to these." +
         download;
}

/// What is worth a try unless hardly a picture is wrong.
void add_pretrained(const Diagnosis& diagnosis, const DiagnosisContext& context,
                    std::vector<NextStep>& steps) {
  const bool begins_with_weights = context.pretrained;
  NextStep step{Purpose::improve,
                begins_with_weights
                    ? "Often more accurate still, above all where the classes are not those of the published "
                      "weights: all layers learn from these pictures, not only the last one."
                    : transfer_text(context),
                train_command(context, begins_with_weights ? "--recipe finetune" : "--recipe transfer")};
  if (leaves_nothing_to_gain(diagnosis)) return;
  if (begins_with_weights && (!context.converged || diagnosis.has(Condition::too_few_pictures))) return;
  const auto there = [&](const NextStep& other) { return other.command.starts_with(step.command); };
  if (std::ranges::none_of(steps, there)) steps.push_back(std::move(step));
}

}  // namespace

std::vector<NextStep> next_steps(const Diagnosis& diagnosis, const DiagnosisContext& context,
                                 bool has_test_split) {
  std::vector<NextStep> steps;
  if (context.has_model) {
    steps.push_back({Purpose::use, "Ask it about a picture:", run_command(context, "predict", "photo.jpg")});
    for (NextStep& step : measuring_steps(context, has_test_split)) steps.push_back(std::move(step));
  }
  add_advice(diagnosis, steps);
  add_pretrained(diagnosis, context, steps);
  return steps;
}

std::string_view name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::use:
      return "use";
    case Purpose::measure:
      return "measure";
    case Purpose::improve:
      return "improve";
  }
  return "unknown";
}

Json to_json(const std::vector<NextStep>& steps) {
  Json list = Json::array();
  for (const NextStep& step : steps)
    list.push_back({{"purpose", name_of(step.purpose)}, {"text", step.text}, {"command", step.command}});
  return list;
}

std::string format_next_steps(const std::vector<NextStep>& steps) {
  std::string text;
  for (const NextStep& step : steps)
    text += wrapped_text(step.text, 2) + fmt::format("    {}\n", step.command);
  return text.empty() ? text : "What next:\n" + text;
}

}  // namespace margay::report
