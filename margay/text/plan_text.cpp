// Compares the plan with what was asked for.
#include "margay/text/plan_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "margay/text/phrases.h"

namespace margay::text {
namespace {

using analysis::Decision;
using analysis::TimePlan;
using Code = analysis::DecisionCode;

std::string epochs_text(const TimePlan& plan) {
  const int epochs = plan.config.training.epochs;
  if (plan.epochs < 1) return "less than 1 epoch";
  return fmt::format("about {}", counted(epochs, "epoch"));
}

std::vector<int> sizes_of(const recipe::Config& config) {
  if (!config.schedule.sizes.empty()) return config.schedule.sizes;
  return {std::max(config.input.width, config.input.height)};
}

int pictures_per_step(const recipe::Config& config) {
  return config.training.batch_size * config.training.accumulate;
}

bool has_smaller_pictures(const TimePlan& plan, const recipe::Config& asked) {
  return plan.config.input != asked.input || plan.config.schedule.sizes != asked.schedule.sizes;
}

std::string number(double value) {
  return fmt::format("{}", value);
}

Decision step_decision(const TimePlan& plan, const recipe::Config& asked, size_t pictures) {
  const recipe::TrainingConfig& training = plan.config.training;
  const std::string batches =
      training.accumulate > 1 ? fmt::format(", {} batches a step", training.accumulate) : "";
  return {.setting = "batch size",
          .value = fmt::format("{}{}", training.batch_size, batches),
          .code = Code::budget_steps,
          .fields = {std::to_string(training.accumulate), std::to_string(pictures),
                     std::to_string(pictures_per_step(asked))}};
}

Decision network_decision(const TimePlan& plan, const recipe::BudgetConfig& budget) {
  const std::string& name = plan.config.network.name;
  return {.setting = "network",
          .value = name,
          .code = name == budget.networks.front() ? Code::budget_best_network : Code::budget_lesser_network,
          .fields = {number(budget.pictures), number(budget.seconds)}};
}

Decision size_decision(const TimePlan& plan, const recipe::Config& asked) {
  const image::Preprocess& input = plan.config.input;
  const std::string sizes = fmt::format("{}", fmt::join(sizes_of(plan.config), ", "));
  return {.setting = "size of pictures",
          .value = fmt::format("{} x {} pixels, trained at {}", input.width, input.height, sizes),
          .code = Code::budget_size,
          .fields = {std::to_string(input.width), std::to_string(input.height), sizes,
                     std::to_string(asked.input.width), std::to_string(asked.input.height),
                     number(asked.budget.pictures), number(asked.budget.seconds)}};
}

}  // namespace

std::string plan_text(const TimePlan& plan) {
  const recipe::Config& config = plan.config;
  return fmt::format("in {}: {}{} of pictures of {} pixels, at {}", short_time_text(config.budget.seconds),
                     config.network.name.empty() ? "" : config.network.name + ", ", epochs_text(plan),
                     fmt::join(sizes_of(config), ", "), speed_text(plan.images_per_second));
}

std::vector<std::string> plan_warnings(const TimePlan& plan, const recipe::Config& asked, size_t pictures) {
  std::vector<std::string> warnings;
  if (pictures_per_step(plan.config) != pictures_per_step(asked))
    warnings.push_back(fmt::format("{} are few for steps of {}: each step takes {}",
                                   counted(static_cast<int64_t>(pictures), "picture"),
                                   pictures_per_step(asked), pictures_per_step(plan.config)));
  if (plan.epochs >= 1) return warnings;
  const double once_s = static_cast<double>(pictures) / plan.images_per_second;
  // Few pictures are quick to train on, but not to read, to measure the machine with and to report on.
  const bool would_fit = once_s < asked.budget.seconds;
  warnings.push_back(fmt::format(
      "{} may be too short for {} pictures: to train on each of them once takes {}{}. An epoch is "
      "begun all the same, so that it may take longer",
      short_time_text(asked.budget.seconds), pictures, short_time_text(once_s),
      would_fit ? ", and to read them, to measure and to report takes the rest" : ""));
  return warnings;
}

std::vector<Decision> plan_decisions(const TimePlan& plan, const recipe::Config& asked, size_t pictures) {
  const recipe::BudgetConfig& budget = asked.budget;
  const std::string& network = plan.config.network.name;
  std::vector<Decision> decisions{
      {.setting = "training time",
       .value = fmt::format("{}, {}", network.empty() ? "the recipe's network" : network, epochs_text(plan)),
       .code = Code::budget_plan,
       .fields = {number(budget.seconds), number(plan.images_per_second), network,
                  plan.epochs < 1 ? "0" : std::to_string(plan.config.training.epochs)}}};
  if (budget.networks.size() > 1 && asked.network.weights.empty())
    decisions.push_back(network_decision(plan, budget));
  if (has_smaller_pictures(plan, asked)) decisions.push_back(size_decision(plan, asked));
  if (pictures_per_step(plan.config) != pictures_per_step(asked))
    decisions.push_back(step_decision(plan, asked, pictures));
  return decisions;
}

}  // namespace margay::text
