// --overwrite of commands that write a picture or a page.
#pragma once

#include <CLI/CLI.hpp>

#include "margay/core/output_file.h"

namespace margay::app {

/// Sets `existing`, which `require_writable_output` takes.
void add_overwrite_option(CLI::App& command, ExistingFile& existing);

}  // namespace margay::app
