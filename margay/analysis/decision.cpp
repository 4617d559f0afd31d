// Names of reasons, and decisions read from JSON.
#include "margay/analysis/decision.h"

#include <algorithm>
#include <array>
#include <utility>

#include "margay/core/error.h"

namespace margay::analysis {
namespace {

constexpr std::array kCodes{
    std::pair(DecisionCode::recorded, std::string_view("recorded")),
    std::pair(DecisionCode::equal_classes, std::string_view("equal_classes")),
    std::pair(DecisionCode::similar_classes, std::string_view("similar_classes")),
    std::pair(DecisionCode::class_weights, std::string_view("class_weights")),
    std::pair(DecisionCode::features_once, std::string_view("features_once")),
    std::pair(DecisionCode::no_cuda, std::string_view("no_cuda")),
    std::pair(DecisionCode::cuda, std::string_view("cuda")),
    std::pair(DecisionCode::fast_bfloat16, std::string_view("fast_bfloat16")),
    std::pair(DecisionCode::no_bfloat16, std::string_view("no_bfloat16")),
    std::pair(DecisionCode::all_threads, std::string_view("all_threads")),
    std::pair(DecisionCode::long_warm_up, std::string_view("long_warm_up")),
    std::pair(DecisionCode::head_strength, std::string_view("head_strength")),
    std::pair(DecisionCode::budget_plan, std::string_view("budget_plan")),
    std::pair(DecisionCode::budget_best_network, std::string_view("budget_best_network")),
    std::pair(DecisionCode::budget_lesser_network, std::string_view("budget_lesser_network")),
    std::pair(DecisionCode::budget_size, std::string_view("budget_size")),
    std::pair(DecisionCode::budget_steps, std::string_view("budget_steps"))};

}  // namespace

std::string_view name_of(DecisionCode code) {
  const auto found = std::ranges::find(kCodes, code, [](const auto& entry) { return entry.first; });
  return found == kCodes.end() ? "recorded" : found->second;
}

std::vector<Decision> decisions_from_json(const Json& list, std::string_view where) {
  require<FormatError>(list.is_array(), where, "the decisions are no list");
  std::vector<Decision> decisions;
  for (const Json& decision : list) {
    Decision read{json_value<std::string>(decision, "setting", where),
                  json_value<std::string>(decision, "value", where),
                  json_value<std::string>(decision, "reason", where)};
    // Runs of older versions have no codes; those of newer ones may have others.
    const auto code = json_value_or(decision, "code", std::string(), where);
    const auto found = std::ranges::find(kCodes, code, [](const auto& entry) { return entry.second; });
    if (found != kCodes.end()) read.code = found->first;
    read.fields = json_value_or(decision, "fields", std::vector<std::string>(), where);
    decisions.push_back(std::move(read));
  }
  return decisions;
}

}  // namespace margay::analysis
