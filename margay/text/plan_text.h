// What a plan for a budget of time came to, in words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/analysis/time_plan.h"

namespace margay::text {

/// "in 10 min 0 s: resnet18_slim, about 30 epochs of pictures of 96, 128 pixels, at 600 images/s".
std::string plan_text(const analysis::TimePlan& plan);

/// What is to be known before it is trained: a time that is too short, steps that are smaller than `asked`.
/// The data set has so many pictures to train on.
std::vector<std::string> plan_warnings(const analysis::TimePlan& plan, const recipe::Config& asked,
                                       size_t pictures);

/// What the plan has in place of what was asked for, each with its reason.
std::vector<analysis::Decision> plan_decisions(const analysis::TimePlan& plan, const recipe::Config& asked,
                                               size_t pictures);

}  // namespace margay::text
