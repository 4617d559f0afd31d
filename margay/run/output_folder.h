// Folders that runs, stories and sweeps are written into: other people's files are not joined.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace margay::run {

/// Throws UsageError, named after `where`, when `folder` holds something already and nothing of it is ours,
/// as `is_ours` says, or pictures that margay has not drawn: a folder of a data set is no place for runs,
/// even where one lies in it. Names that begin with a dot do not count.
void require_folder_of_ours(const std::filesystem::path& folder,
                            const std::function<bool(const std::filesystem::path& entry)>& is_ours,
                            std::string_view where);

/// Whether a training began in this folder.
bool is_run(const std::filesystem::path& folder);

/// Whether that was one of a sweep, by the name that those have: "trial-007".
bool is_run_of_sweep(const std::filesystem::path& folder);

}  // namespace margay::run
