// Fetching: find the archive, unpack it out of sight, check it, note where it came from, put it in its place.
#include "margay/datasets/get.h"

#include <fmt/chrono.h>

#include <chrono>
#include <system_error>
#include <vector>

#include "margay/archive/unpack.h"
#include "margay/core/atomic_file.h"
#include "margay/core/cache_folder.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/datasets/check_pictures.h"
#include "margay/datasets/staging_folder.h"
#include "margay/fetch/download_lock.h"
#include "margay/fetch/published_file.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.get";
constexpr const char* kManifestName = "manifest.json";

fs::path or_default(const fs::path& cache) {
  return cache.empty() ? cache_folder() : cache;
}

fs::path home_of(const PublishedDataset& dataset, const fs::path& cache) {
  return or_default(cache) / "datasets" / dataset.name;
}

Manifest describe(const PublishedDataset& dataset, const fetch::FoundFile& archive) {
  Manifest manifest;
  manifest.name = dataset.name;
  manifest.archive = dataset.archive;
  manifest.archive_bytes = fs::file_size(archive.path);
  manifest.archive_sha256 = sha256_hex_of_file(archive.path);
  manifest.origin = archive.origin;
  manifest.root = dataset.root;
  manifest.pictures = dataset.pictures();
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  manifest.retrieved =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  return manifest;
}

void install(const PublishedDataset& dataset, const fetch::FoundFile& found, const fs::path& home,
             const ProgressObserver& progress, const std::stop_token& stop) {
  StagingFolder staging(home);
  // As many folders again as there are pictures is more than any of these archives has.
  const archive::UnpackLimits limits{.max_entries = 2 * dataset.pictures() + 100,
                                     .max_bytes = dataset.max_bytes};
  archive::unpack(found.path, staging.path(), limits, progress, stop);
  check_pictures(staging.path() / dataset.root, dataset, progress, stop);
  write_file_atomically(staging.path() / kManifestName, describe(dataset, found).to_json().dump(1) + "\n");
  staging.commit();
}

std::string nearest_entry(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  const std::string nearest = nearest_name(path.filename().string(), names);
  return nearest.empty() ? nearest : (path.parent_path() / nearest).string();
}

std::string nearest_published(std::string_view word) {
  std::vector<std::string> names;
  for (const PublishedDataset& dataset : published_datasets()) names.push_back(dataset.name);
  return nearest_name(word, names);
}

}  // namespace

std::optional<fs::path> find_dataset(const PublishedDataset& dataset, const fs::path& cache) {
  const fs::path home = home_of(dataset, cache);
  std::error_code error;
  if (!fs::is_regular_file(home / kManifestName, error)) return std::nullopt;
  if (!holds_expected_files(home / dataset.root, dataset)) return std::nullopt;
  return home / dataset.root;
}

std::optional<fs::path> find_dataset(std::string_view name) {
  return find_dataset(published_dataset(name));
}

Manifest manifest_of(const PublishedDataset& dataset, const fs::path& cache) {
  return Manifest::load(home_of(dataset, cache) / kManifestName);
}

fs::path get_dataset(const PublishedDataset& dataset, const GetOptions& options,
                     const ProgressObserver& progress, std::stop_token stop) {
  const fs::path cache = or_default(options.cache);
  if (!options.force)
    if (const auto there = find_dataset(dataset, cache)) return *there;
  const fs::path downloads = cache / "downloads";
  make_folder(downloads);
  const fetch::DownloadLock lock(downloads / fmt::format(".{}.lock", dataset.name), "this data set");
  const fetch::FoundFile archive = fetch::find_file(
      {.names = {dataset.archive}, .url = dataset.url},
      {.downloads = downloads, .mirror = options.mirror, .download = options.download}, progress, stop);
  const fs::path home = home_of(dataset, cache);
  const auto drop_download = [&] {
    std::error_code ignored;
    if (archive.downloaded) fs::remove(archive.path, ignored);
  };
  try {
    install(dataset, archive, home, progress, stop);
  } catch (...) {
    drop_download();
    throw;
  }
  drop_download();
  return home / dataset.root;
}

fs::path get_dataset(std::string_view name, const GetOptions& options, const ProgressObserver& progress,
                     std::stop_token stop) {
  return get_dataset(published_dataset(name), options, progress, stop);
}

fs::path resolve_dataset(std::string_view path_or_name) {
  const fs::path path(path_or_name);
  std::error_code error;
  if (fs::exists(path, error)) return path;
  for (const PublishedDataset& dataset : published_datasets()) {
    if (dataset.name != path_or_name) continue;
    if (const auto there = find_dataset(dataset)) return *there;
    throw IoError("data", fmt::format("{} is not on this machine yet", dataset.name),
                  fmt::format("margay dataset get {}", dataset.name));
  }
  const std::string published = nearest_published(path_or_name);
  const std::string entry = nearest_entry(path);
  const std::string nearest = !entry.empty() ? entry : published;
  throw IoError("data", fmt::format("there is no folder or file {}", path.string()),
                nearest.empty() ? "'margay dataset get cats-and-dogs' fetches pictures to begin with"
                                : fmt::format("did you mean '{}'?", nearest));
}

}  // namespace margay::datasets
