// Published data sets on this machine: fetched once into the user's cache, found again by name.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "margay/core/progress.h"
#include "margay/datasets/manifest.h"
#include "margay/datasets/registry.h"
#include "margay/fetch/download.h"

namespace margay::datasets {

/// Where a published data set is looked for, and where it goes.
struct GetOptions {
  bool force = false;                 ///< get it again although it is there
  std::filesystem::path cache;        ///< empty = margay::cache_folder()
  std::optional<std::string> mirror;  ///< colon-separated folders and addresses; nothing = $MARGAY_MIRROR
  fetch::DownloadOptions download;
};

/// Fetches the data set unless it is there: looks for its archives in the mirrors, then at their addresses;
/// makes folders of them, checks that every expected folder holds exactly its pictures and that each decodes,
/// and keeps a manifest. Where what one place has is something else, the next is asked. Returns the folder
/// that holds the splits. Throws IoError (nothing found, with all that was tried), DataError (the same where
/// some place has other pictures than expected), Interrupted (a download goes on from there next time).
std::filesystem::path get_dataset(const PublishedDataset& dataset, const GetOptions& options = {},
                                  const ProgressObserver& progress = {}, std::stop_token stop = {});
/// The same by name; UsageError for names that are not published.
std::filesystem::path get_dataset(std::string_view name, const GetOptions& options = {},
                                  const ProgressObserver& progress = {}, std::stop_token stop = {});

/// The folder of a data set that has been fetched and still holds its pictures; nothing otherwise.
std::optional<std::filesystem::path> find_dataset(const PublishedDataset& dataset,
                                                  const std::filesystem::path& cache = {});
std::optional<std::filesystem::path> find_dataset(std::string_view name);

/// The manifest of a fetched data set. Throws FormatError or IoError.
Manifest manifest_of(const PublishedDataset& dataset, const std::filesystem::path& cache = {});

/// What a user means by DATA: an existing path as it is, else the fetched data set of that name. Throws
/// IoError with what to do.
std::filesystem::path resolve_dataset(std::string_view path_or_name);

}  // namespace margay::datasets
