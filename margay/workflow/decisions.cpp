// Compares what was asked for with what is done.
#include "margay/workflow/decisions.h"

#include <algorithm>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/utf8.h"
#include "margay/data/imbalance.h"
#include "margay/report/phrases.h"
#include "margay/train/class_balance.h"

namespace margay::workflow {
namespace {

using report::Decision;

Decision class_weights(const recipe::Config& decided, const train::TrainingData& data) {
  const auto counts = train::count_classes(data.train.labels(), data.classes.size());
  const auto [few, many] = std::ranges::minmax_element(counts);
  constexpr size_t kNameLetters = 60;
  const auto name = [&](auto at) {
    return shortened(data.classes[static_cast<size_t>(at - counts.begin())], kNameLetters);
  };
  const std::string sizes = fmt::format("'{}' has {} to train on and '{}' {}", name(many),
                                        report::counted(*many, "picture"), name(few), report::grouped(*few));
  if (*few == *many)
    return {"class weights", "none",
            fmt::format("every class has {} to train on", report::counted(*many, "picture"))};
  if (decided.training.balance == recipe::Balance::none)
    return {"class weights", "none",
            fmt::format("{}, less than {:g} to 1; --balance weights would let rare ones count more", sizes,
                        data::kUnequal)};
  return {
      "class weights", "on",
      fmt::format("{}: each class counts alike in the loss; --balance none would let each picture", sizes)};
}

Decision precision(const recipe::Config& decided) {
  const std::string value(recipe::name_of(decided.training.precision));
  if (decided.training.method == recipe::Method::head)
    return {"precision", value, "the features are computed once, by what predicts later"};
  if (decided.training.precision == recipe::Precision::bf16)
    return {"precision", value,
            "this machine multiplies bfloat16 in hardware; --precision fp32 takes more time"};
  return {"precision", value, "this machine has no hardware for bfloat16"};
}

/// Whether the rate still grows when the training is over, as with --epochs 5 and a recipe's warm-up of 5.
bool warms_up_to_the_end(const recipe::Config& config) {
  return config.training.method != recipe::Method::head &&
         config.schedule.name != recipe::ScheduleName::one_cycle &&
         config.schedule.warmup_epochs >= config.training.epochs;
}

Decision warm_up(const recipe::Config& config) {
  const double epochs = config.schedule.warmup_epochs;
  return {"warm-up", fmt::format("{:g} epoch{}", epochs, epochs == 1 ? "" : "s"),
          fmt::format("the learning rate grows all the way and is never lowered, as the training has {}; "
                      "--set schedule.warmup_epochs={:g} would leave it time to fall",
                      report::counted(config.training.epochs, "epoch"), config.training.epochs / 10.0)};
}

}  // namespace

std::vector<Decision> decisions_of(const recipe::Config& asked, const recipe::Config& decided,
                                   const train::TrainingData& data) {
  std::vector<Decision> decisions;
  if (asked.training.balance == recipe::Balance::automatic) decisions.push_back(class_weights(decided, data));
  if (asked.training.device == recipe::Device::automatic)
    decisions.push_back({"device", std::string(recipe::name_of(decided.training.device)),
                         decided.training.method == recipe::Method::head
                             ? "the features are computed once, by what predicts later"
                         : decided.training.device == recipe::Device::cpu ? "there is no CUDA device"
                                                                          : "there is a CUDA device"});
  if (asked.training.precision == recipe::Precision::automatic) decisions.push_back(precision(decided));
  if (asked.training.threads == 0)
    decisions.push_back({"threads", std::to_string(decided.training.threads),
                         "as many as this process may use; --threads takes fewer"});
  if (warms_up_to_the_end(decided)) decisions.push_back(warm_up(decided));
  return decisions;
}

std::vector<Decision> remembered_decisions(const std::filesystem::path& file) try {
  std::error_code unreadable;
  if (!std::filesystem::exists(file, unreadable)) return {};
  return report::decisions_from_json(parse_json(read_text_file(file), file.string()), file.string());
} catch (const Error&) {
  return {};
}

}  // namespace margay::workflow
