// --max-memory of the commands that ask a model.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

#include "apps/margay/number_options.h"

namespace margay::app {

/// What runtime::RuntimeOptions::max_bytes shall be.
inline void add_memory_limit(CLI::App& command, uint64_t& bytes) {
  command
      .add_option(
          "--max-memory", bytes,
          "a model that needs more for one picture, besides its weights, is refused, and no more pictures "
          "go through it together than need that (default 2GB)")
      ->transform(size_in_bytes("--max-memory"))
      ->type_name("SIZE");
}

}  // namespace margay::app
