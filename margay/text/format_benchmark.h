// A benchmark as a table for people and as JSON.
#pragma once

#include <string>
#include <vector>

#include "margay/analysis/benchmark.h"
#include "margay/core/json.h"

namespace margay::text {

/// Sentences about figures that cannot be: nothing does more than the peak. Empty when all is well.
std::vector<std::string> failed_checks(const analysis::Benchmark& benchmark);

Json to_json(const analysis::Benchmark& benchmark);

/// A table with what it means below; ends with a line feed.
std::string format_benchmark(const analysis::Benchmark& benchmark);

}  // namespace margay::text
