// Counts first, as that is cheap, then decodes everything.
#include "margay/datasets/check_pictures.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/worker_pool.h"
#include "margay/image/decode.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.check";
constexpr const char* kHint = "the archive is not the one expected";

/// All files below `root`, by the folder that holds them, both relative to it.
std::map<std::string, std::vector<fs::path>> files_by_folder(const fs::path& root) {
  std::map<std::string, std::vector<fs::path>> folders;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error))
    if (!entry->is_directory())
      folders[entry->path().parent_path().lexically_relative(root).generic_string()].push_back(entry->path());
  require<DataError>(!error, kWhere, fmt::format("{}: {}", root.string(), error.message()), kHint);
  return folders;
}

std::vector<fs::path> expected_files(const fs::path& root, const PublishedDataset& dataset) {
  auto folders = files_by_folder(root);
  std::vector<fs::path> files;
  for (const ExpectedFolder& expected : dataset.folders) {
    const auto& found = folders[expected.path];
    require<DataError>(
        found.size() == expected.pictures, kWhere,
        fmt::format("{}: {} files, expected {} pictures", expected.path, found.size(), expected.pictures),
        kHint);
    files.insert(files.end(), found.begin(), found.end());
    folders.erase(expected.path);
  }
  for (const auto& [folder, found] : folders)
    require<DataError>(found.empty(), kWhere,
                       fmt::format("{} is not expected",
                                   found.empty() ? folder : found.front().lexically_relative(root).string()),
                       kHint);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool holds_expected_files(const fs::path& root, const PublishedDataset& dataset) {
  for (const ExpectedFolder& expected : dataset.folders) {
    std::error_code error;
    size_t count = 0;
    for (fs::directory_iterator entry(root / expected.path, error), end; !error && entry != end;
         entry.increment(error))
      ++count;
    if (error || count != expected.pictures) return false;
  }
  return true;
}

void check_pictures(const fs::path& root, const PublishedDataset& dataset, const ProgressObserver& progress,
                    std::stop_token stop) {
  const std::vector<fs::path> files = expected_files(root, dataset);
  std::vector<std::string> faults(files.size());
  std::mutex mutex;
  uint64_t done = 0;
  WorkerPool pool(std::max(1, usable_cpus() - 1));
  pool.parallel_for(files.size(), [&](size_t i) {
    require<Interrupted>(!stop.stop_requested(), kWhere, "stopped while checking the pictures");
    try {
      image::decode_file(files[i]);
    } catch (const Error& error) {
      faults[i] = error.what();
    }
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress({"checking", done, files.size(), "pictures"});
  });
  const auto bad = [](const std::string& fault) { return !fault.empty(); };
  const auto count = std::count_if(faults.begin(), faults.end(), bad);
  if (count > 0)
    throw DataError(kWhere,
                    fmt::format("{} of {} pictures cannot be decoded, the first: {}", count, files.size(),
                                *std::find_if(faults.begin(), faults.end(), bad)),
                    kHint);
}

}  // namespace margay::datasets
