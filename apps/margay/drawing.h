// Plots that a command draws beside its answer.
#pragma once

#include <functional>

namespace margay::app {

/// Whether `draw` could draw; where gnuplot is missing or fails, a warning says so and the command goes on.
bool draw_or_warn(const std::function<void()>& draw);

}  // namespace margay::app
