// --max-megapixels of the commands that decode pictures.
#pragma once

#include <CLI/CLI.hpp>

namespace margay::app {

/// Adds the option. It sets $MARGAY_MAX_MEGAPIXELS, which all that decodes in this process reads, and which
/// may be set without it.
void add_picture_limit(CLI::App& command);

}  // namespace margay::app
