// The configuration of a run, which says all that was decided before its first step.
#pragma once

#include "margay/recipe/config.h"
#include "margay/run/run_directory.h"

namespace margay::run {

/// Reads RUN/config.toml. Throws UsageError with a hint where there is no run, FormatError, IoError.
recipe::Config read_config(const RunDirectory& directory);

/// Writes it, atomically. Throws IoError.
void write_config(const RunDirectory& directory, const recipe::Config& config);

}  // namespace margay::run
