// Fetching: find the archive, unpack it out of sight, check it, note where it came from, put it in its place.
#include "margay/datasets/get.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/bare_reason.h"
#include "margay/core/cache_folder.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/core/option_text.h"
#include "margay/core/sha256.h"
#include "margay/data/missing_path.h"
#include "margay/datasets/arrange.h"
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

Manifest describe(const PublishedDataset& dataset, const std::vector<fetch::FoundFile>& found) {
  Manifest manifest;
  manifest.name = dataset.name;
  manifest.licence = dataset.licence;
  manifest.root = dataset.root;
  for (size_t i = 0; i < found.size(); ++i)
    manifest.archives.push_back({.file = dataset.archives[i].file,
                                 .bytes = file_size_bytes(found[i].path),
                                 .sha256 = sha256_hex_of_file(found[i].path),
                                 .origin = found[i].origin});
  manifest.pictures = dataset.pictures();
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  manifest.retrieved =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  return manifest;
}

void install(const PublishedDataset& dataset, const std::vector<fetch::FoundFile>& found,
             const fs::path& home, const ProgressObserver& progress, const std::stop_token& stop) {
  StagingFolder staging(home);
  Arrangement arrangement{
      .dataset = dataset, .archives = {}, .folder = staging.path(), .progress = progress, .stop = stop};
  for (const fetch::FoundFile& file : found) arrangement.archives.push_back(file.path);
  (dataset.arrange != nullptr ? dataset.arrange : unpack_folders)(arrangement);
  check_pictures(arrangement.root(), dataset, progress, stop);
  write_file_atomically(staging.path() / kManifestName, describe(dataset, found).to_json().dump(1) + "\n");
  staging.commit();
}

/// Throws FormatError for what is no archive, or of another size than this one can have.
void check_archive(const fetch::FoundFile& found, const PublishedArchive& archive) {
  const uint64_t bytes = file_size_bytes(found.path);
  require<FormatError>(
      bytes >= archive.min_bytes && bytes <= archive.max_bytes, kWhere,
      fmt::format("{} bytes, expected {} to {}", bytes, archive.min_bytes, archive.max_bytes));
  const KnownFile known = known_file(found.path);
  require<FormatError>(known.kind == FileKind::archive, kWhere,
                       fmt::format("it is {}, expected an archive",
                                   known.name.empty() ? "of no kind that is known" : known.name));
}

/// Removes what was downloaded.
void drop_downloads(const std::vector<fetch::FoundFile>& files) {
  std::error_code ignored;
  for (const fetch::FoundFile& file : files)
    if (file.downloaded) fs::remove(file.path, ignored);
}

/// All archives of a data set on this machine, from none of the `refused` places. Where one does not come,
/// those that did are there for the next time.
std::vector<fetch::FoundFile> find_archives(const PublishedDataset& dataset, const fs::path& downloads,
                                            const GetOptions& options,
                                            const std::vector<fetch::RefusedPlace>& refused,
                                            const ProgressObserver& progress, const std::stop_token& stop) {
  std::vector<fetch::FoundFile> found;
  for (const PublishedArchive& archive : dataset.archives) {
    fetch::DownloadOptions download = options.download;
    download.max_bytes = std::min(download.max_bytes, archive.max_bytes);
    found.push_back(fetch::find_file(
        {.names = {archive.file},
         .url = archive.url,
         .check = [&](const fetch::FoundFile& file) { check_archive(file, archive); },
         .refused = refused},
        {.downloads = downloads, .reuse = true, .mirror = options.mirror, .download = download}, progress,
        stop));
  }
  return found;
}

/// Tries one place after another, until what one has is the data set. An archive can be whole and a wrong one
/// all the same, which its pictures tell.
class Attempts {
 public:
  Attempts(const PublishedDataset& dataset, const fs::path& downloads, const GetOptions& options,
           const ProgressObserver& progress, const std::stop_token& stop)
      : dataset_(dataset), downloads_(downloads), options_(options), progress_(progress), stop_(stop) {}

  void install_into(const fs::path& home) {
    while (!try_next(home)) {
    }
  }

 private:
  /// False where other places are left to be asked.
  bool try_next(const fs::path& home) {
    const std::vector<fetch::FoundFile> found = find();
    try {
      install(dataset_, found, home, progress_, stop_);
      drop_downloads(found);
      return true;
    } catch (const Interrupted&) {
      throw;  // they are there for the next time
    } catch (const IoError&) {
      throw;  // of this machine, such as a full disk: they are no worse for it
    } catch (const Error& error) {
      refuse(found, bare_reason(error));
      return false;
    }
  }

  /// Which of several archives is a wrong one, nobody knows: those of their publisher are doubted where no
  /// other is among them.
  void refuse(const std::vector<fetch::FoundFile>& found, const std::string& reason) {
    std::vector<fetch::FoundFile> of_mirrors, of_publisher;
    for (size_t i = 0; i < found.size(); ++i)
      (found[i].origin == dataset_.archives[i].url ? of_publisher : of_mirrors).push_back(found[i]);
    const std::vector<fetch::FoundFile>& doubted = of_mirrors.empty() ? of_publisher : of_mirrors;
    drop_downloads(doubted);
    for (const fetch::FoundFile& file : doubted) refused_.push_back({file.origin, reason});
  }

  std::vector<fetch::FoundFile> find() const {
    try {
      return find_archives(dataset_, downloads_, options_, refused_, progress_, stop_);
    } catch (const IoError& error) {
      if (refused_.empty()) throw;
      throw DataError(kWhere, bare_reason(error),
                      "set MARGAY_MIRROR to a folder or address that has the data set");
    }
  }

  const PublishedDataset& dataset_;
  const fs::path& downloads_;
  const GetOptions& options_;
  const ProgressObserver& progress_;
  const std::stop_token& stop_;
  std::vector<fetch::RefusedPlace> refused_;
};

std::string nearest_published(std::string_view word) {
  std::vector<std::string> names;
  for (const PublishedDataset& dataset : published_datasets()) names.push_back(dataset.name);
  return nearest_name(word, names);
}

std::string hint_for_missing(const fs::path& path) {
  if (const std::string link = data::describe_dead_link(path); !link.empty()) return link;
  const std::string entry = data::nearest_entry(path);
  const std::string nearest = entry.empty() ? nearest_published(path.string()) : entry;
  return nearest.empty() ? "`published_data=cats-and-dogs` fetches pictures to begin with"_worded
                         : fmt::format("did you mean '{}'?", nearest);
}

}  // namespace

std::optional<fs::path> find_dataset(const PublishedDataset& dataset, const fs::path& cache) {
  const std::optional<fs::path> folder = cache.empty() ? find_cache_folder() : cache;
  if (!folder) return std::nullopt;  // nowhere to keep one
  const fs::path home = home_of(dataset, *folder);
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
  const fs::path home = home_of(dataset, cache);
  Attempts(dataset, downloads, options, progress, stop).install_into(home);
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
                  option_text("published_data", dataset.name) + " fetches it");
  }
  throw IoError("data", fmt::format("there is no folder or file {}", path.string()), hint_for_missing(path));
}

}  // namespace margay::datasets
