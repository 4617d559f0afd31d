// Whether a folder holds exactly the pictures that a published data set promises.
#pragma once

#include <filesystem>
#include <stop_token>

#include "margay/core/progress.h"
#include "margay/datasets/registry.h"

namespace margay::datasets {

/// True when the expected folders below `root` have their numbers of files. Decodes nothing.
bool holds_expected_files(const std::filesystem::path& root, const PublishedDataset& dataset);

/// Throws DataError unless `root` holds the expected folders with exactly their pictures and nothing that is
/// not expected, and every picture decodes but for those that may be broken (on all processors). Throws
/// Interrupted when `stop` is requested.
void check_pictures(const std::filesystem::path& root, const PublishedDataset& dataset,
                    const ProgressObserver& progress = {}, std::stop_token stop = {});

}  // namespace margay::datasets
