// --max-megapixels of the commands that decode pictures.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace margay::app {

/// Adds the option. It sets $MARGAY_MAX_MEGAPIXELS, which all that decodes in this process reads, and which
/// may be set without it; `given`, unless null, gets what the user wrote.
void add_picture_limit(CLI::App& command, std::string* given = nullptr);

/// Throws UsageError where the variable is no limit, as the option would; each picture would say so else.
/// `words` are those of the command line: the option goes over the variable, and help needs neither.
void require_picture_limit(const std::vector<std::string>& words);
/// Does what the option does. Throws UsageError.
void set_picture_limit(const std::string& megapixels);

/// What the option or the environment says; empty where neither does.
std::string picture_limit();

}  // namespace margay::app
