// Compares what was asked for with what is done.
#include "margay/workflow/decisions.h"

#include <algorithm>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/utf8.h"
#include "margay/data/imbalance.h"
#include "margay/train/class_balance.h"

namespace margay::workflow {
namespace {

using analysis::Decision;
using Code = analysis::DecisionCode;

Decision class_weights(const recipe::Config& decided, const train::TrainingData& data) {
  const auto counts = train::count_classes(data.train.labels(), data.classes.size());
  const auto [few, many] = std::ranges::minmax_element(counts);
  constexpr size_t kNameLetters = 60;
  const auto name = [&](auto at) {
    return shortened(data.classes[static_cast<size_t>(at - counts.begin())], kNameLetters);
  };
  if (*few == *many)
    return {.setting = "class weights",
            .value = "none",
            .code = Code::equal_classes,
            .fields = {std::to_string(*many)}};
  Decision decision{.setting = "class weights",
                    .value = "on",
                    .code = Code::class_weights,
                    .fields = {name(many), std::to_string(*many), name(few), std::to_string(*few)}};
  if (decided.training.balance == recipe::Balance::none) {
    decision.value = "none", decision.code = Code::similar_classes;
    decision.fields.push_back(fmt::format("{:g}", data::kUnequal));
  }
  return decision;
}

Decision device(const recipe::Config& decided) {
  const bool fits_head = decided.training.method == recipe::Method::head;
  const bool on_cpu = decided.training.device == recipe::Device::cpu;
  return {.setting = "device",
          .value = std::string(recipe::name_of(decided.training.device)),
          .code = fits_head ? Code::features_once
                  : on_cpu  ? Code::no_cuda
                            : Code::cuda};
}

Decision precision(const recipe::Config& decided) {
  const bool fits_head = decided.training.method == recipe::Method::head;
  const bool in_bfloat16 = decided.training.precision == recipe::Precision::bf16;
  return {.setting = "precision",
          .value = std::string(recipe::name_of(decided.training.precision)),
          .code = fits_head     ? Code::features_once
                  : in_bfloat16 ? Code::fast_bfloat16
                                : Code::no_bfloat16};
}

/// Whether the rate still grows when the training is over, as with --epochs 5 and a recipe's warm-up of 5.
bool warms_up_to_the_end(const recipe::Config& config) {
  return config.training.method != recipe::Method::head &&
         config.schedule.name != recipe::ScheduleName::one_cycle &&
         config.schedule.warmup_epochs >= config.training.epochs;
}

Decision warm_up(const recipe::Config& config) {
  const double epochs = config.schedule.warmup_epochs;
  return {
      .setting = "warm-up",
      .value = fmt::format("{:g} epoch{}", epochs, epochs == 1 ? "" : "s"),
      .code = Code::long_warm_up,
      .fields = {std::to_string(config.training.epochs), fmt::format("{:g}", config.training.epochs / 10.0)}};
}

}  // namespace

std::vector<Decision> decisions_of(const recipe::Config& asked, const recipe::Config& decided,
                                   const train::TrainingData& data) {
  std::vector<Decision> decisions;
  if (asked.training.balance == recipe::Balance::automatic) decisions.push_back(class_weights(decided, data));
  if (asked.training.device == recipe::Device::automatic) decisions.push_back(device(decided));
  if (asked.training.precision == recipe::Precision::automatic) decisions.push_back(precision(decided));
  if (asked.training.threads == 0)
    decisions.push_back(
        {.setting = "threads", .value = std::to_string(decided.training.threads), .code = Code::all_threads});
  if (warms_up_to_the_end(decided)) decisions.push_back(warm_up(decided));
  return decisions;
}

std::vector<Decision> remembered_decisions(const std::filesystem::path& file) try {
  std::error_code unreadable;
  if (!std::filesystem::exists(file, unreadable)) return {};
  return analysis::decisions_from_json(parse_json(read_text_file(file), file.string()), file.string());
} catch (const Error&) {
  return {};
}

}  // namespace margay::workflow
