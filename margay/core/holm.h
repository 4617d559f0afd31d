// Several tests at once: of many some look significant by luck.
#pragma once

#include <span>
#include <vector>

namespace margay {

/// Holm's step-down correction (Holm 1979): p-values, in the order given, of which any is below a level with
/// at most that probability when nothing is the matter anywhere, however the tests depend on each other. None
/// is above 1.
std::vector<double> holm_corrected(std::span<const double> p_values);

}  // namespace margay
