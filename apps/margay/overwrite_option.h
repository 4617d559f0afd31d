// --overwrite of commands that write a picture, a page or a model.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string_view>

#include "margay/core/output_file.h"

namespace margay::app {

/// Sets `existing`, which `require_own_output` takes.
void add_overwrite_option(CLI::App& command, ExistingFile& existing);

/// Throws UsageError for what a run is made of: nothing else is ever written over that.
void refuse_file_of_run(const std::filesystem::path& path, std::string_view option, std::string_view where);

/// As `require_writable_output`, and never a file of a run.
void require_own_output(const std::filesystem::path& path, std::string_view option, std::string_view where,
                        ExistingFile existing);

}  // namespace margay::app
