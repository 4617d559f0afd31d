// Whether the records of a run are as margay wrote them: records.sha256, which `sha256sum --check` reads,
// too.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "margay/run/run_directory.h"

namespace margay::run {

/// Writes a file of the run atomically, and its checksum: before it beside the one of the file that it
/// replaces, so that a kill in between leaves none that fits nothing. Throws IoError.
void write_record(const RunDirectory& directory, const std::filesystem::path& path, std::string_view text);

/// The name of a record that is not as it was written, or is gone; empty where all are, and for runs of
/// earlier versions, which have no checksums. Throws IoError.
std::string altered_record(const RunDirectory& directory);

}  // namespace margay::run
