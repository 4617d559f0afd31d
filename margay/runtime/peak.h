// What this machine computes at most, to compare everything else with.
#pragma once

#include <optional>
#include <stop_token>

namespace margay::runtime {

/// What the factors of a product are stored as; sums are float32.
enum class Factors { float32, bfloat16 };

/// Floating-point operations a second, two for each multiply-add, of oneDNN's product of two square matrices
/// that stay in the cache, in layouts of its choice, on so many threads (1 or more): that of the fastest
/// repetition in about `seconds`. Nothing where oneDNN has no such product for this processor. Throws
/// UsageError, and Interrupted when stopped.
std::optional<double> measure_peak_flops(Factors factors, int threads, double seconds,
                                         const std::stop_token& stop = {});

}  // namespace margay::runtime
