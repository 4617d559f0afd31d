// Fetching: find the archive, unpack it out of sight, check it, note where it came from, put it in its place.
#include "margay/datasets/get.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "margay/archive/unpack.h"
#include "margay/core/atomic_file.h"
#include "margay/core/cache_folder.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/datasets/check_pictures.h"
#include "margay/datasets/mirrors.h"
#include "margay/datasets/staging_folder.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.get";
constexpr const char* kManifestName = "manifest.json";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

fs::path or_default(const fs::path& cache) {
  return cache.empty() ? cache_folder() : cache;
}

fs::path home_of(const PublishedDataset& dataset, const fs::path& cache) {
  return or_default(cache) / "datasets" / dataset.name;
}

/// Two programs must not write the same part file.
class Lock {
 public:
  explicit Lock(const fs::path& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) throw io_error_from_errno(kWhere, fmt::format("cannot create {}", path.string()));
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    ::close(descriptor_);
    throw IoError(kWhere, "another margay is getting this data set right now", "wait until it has ended");
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() { ::close(descriptor_); }

 private:
  int descriptor_;
};

/// An archive on this machine and where it came from.
struct FoundArchive {
  fs::path path;
  std::string origin;
  bool downloaded = false;  ///< ours to delete
};

/// Looks at one place after another and remembers why each had nothing.
class Search {
 public:
  Search(const PublishedDataset& dataset, const GetOptions& options, const ProgressObserver& progress,
         const std::stop_token& stop)
      : dataset_(dataset),
        options_(options),
        progress_(progress),
        stop_(stop),
        target_(or_default(options.cache) / "downloads" / dataset.archive) {}

  FoundArchive run() {
    const std::string mirrors = options_.mirror.value_or(environment("MARGAY_MIRROR"));
    for (const std::string& entry : split_mirrors(mirrors)) {
      const std::string place = place_in_mirror(entry, dataset_.archive);
      if (auto found = is_address(entry) ? from_address(place) : from_folder(place)) return *found;
    }
    if (auto found = from_address(dataset_.url)) return *found;
    throw IoError(kWhere, fmt::format("cannot get {}. Tried: {}", dataset_.archive, fmt::join(tried_, "; ")),
                  fmt::format("look at the network, or set MARGAY_MIRROR to a folder or address that has {}",
                              dataset_.archive));
  }

 private:
  std::optional<FoundArchive> from_folder(const fs::path& place) {
    if (fs::is_regular_file(place))
      return FoundArchive{place, fs::absolute(place).lexically_normal().string(), false};
    tried_.push_back(fmt::format("{}: no such file", place.string()));
    return std::nullopt;
  }

  std::optional<FoundArchive> from_address(const std::string& url) {
    try {
      download(url, target_, options_.download, progress_, stop_);
      return FoundArchive{target_, url, true};
    } catch (const IoError& error) {
      const std::string_view text = error.what();
      tried_.emplace_back(text.substr(text.find("] ") + 2));  // where it failed is said once, by the whole
      return std::nullopt;
    }
  }

  const PublishedDataset& dataset_;
  const GetOptions& options_;
  const ProgressObserver& progress_;
  const std::stop_token& stop_;
  fs::path target_;
  std::vector<std::string> tried_;
};

Manifest describe(const PublishedDataset& dataset, const FoundArchive& archive) {
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

void install(const PublishedDataset& dataset, const FoundArchive& found, const fs::path& home,
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
  make_folder(cache / "downloads");
  const Lock lock(cache / "downloads" / fmt::format(".{}.lock", dataset.name));
  const FoundArchive archive = Search(dataset, options, progress, stop).run();
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
