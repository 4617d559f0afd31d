// Puts command lines together.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>

#include "margay/core/number_text.h"
#include "margay/core/shell_word.h"
#include "margay/report/findings.h"

namespace margay::report {
namespace {

// The lowest rate worth a try, as a share of the highest that the optimiser bears.
constexpr double kSlowest = 0.01;

/// The parts that are not empty, with a space between two.
std::string joined_words(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts)
    if (!part.empty()) text.append(text.empty() ? "" : " ").append(part);
  return text;
}

}  // namespace

std::string data_words(const DiagnosisContext& context) {
  return joined_words({shell_word(context.data_path), context.data_options});
}

std::string train_command(const DiagnosisContext& context, std::string_view options) {
  return joined_words({"margay train", data_words(context), context.split_options, options});
}

std::string learning_rate_command(const Evidence& run, double factor) {
  const DiagnosisContext& context = run.context();
  const double asked = context.learning_rate > 0 ? context.learning_rate : run.highest_rate();
  const double used = asked > 0 ? asked : context.highest_rate;
  // A rate far outside is no measure of anything: a tenth of 50 is no advice.
  double advised = used * factor;
  if (factor < 1 || used < context.highest_rate) advised = std::min(advised, context.highest_rate);
  if (factor > 1) advised = std::max(advised, kSlowest * context.highest_rate);
  return train_command(context, fmt::format("--recipe {} --set optimizer.lr={}", shell_word(context.recipe),
                                            format_rate(advised)));
}

std::string resume_command(const Evidence& run, int epochs) {
  const DiagnosisContext& context = run.context();
  std::string command = "margay train --resume " + shell_word(context.run_path);
  // What was stopped on its way has a plan of its own, which may be for far more.
  if (context.planned_epochs <= run.trained_epochs()) command += fmt::format(" --epochs {}", epochs);
  if (context.ended_by_patience) command += " --patience 0";
  return command;
}

std::string data_command(const DiagnosisContext& context, std::string_view name, std::string_view options) {
  return joined_words({"margay", name, data_words(context), options});
}

std::string evaluate_command(const DiagnosisContext& context) {
  return joined_words(
      {"margay evaluate", shell_word(context.run_path),
       shell_word(context.run_path + (context.run_path.ends_with('/') ? "" : "/") + "manifest.csv"),
       context.manifest_options, "--split validation"});
}

}  // namespace margay::report
