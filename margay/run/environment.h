// On what machine and by what program a run was made.
#pragma once

#include <span>
#include <string>

#include "margay/core/json.h"

namespace margay::run {

/// What `environment.json` begins with: margay, commit, compiler, processor, usable_cpus, bf16, avx512,
/// memory_bytes, os, kernel, date (UTC, ISO 8601) and command (the arguments as they were given). Unknown
/// facts are null. Never throws for a machine that does not tell.
Json describe_environment(std::span<const std::string> command_line = {});

}  // namespace margay::run
