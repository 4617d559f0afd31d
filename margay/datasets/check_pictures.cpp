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
#include "margay/core/number_text.h"
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
    if (std::error_code unknown; !entry->is_directory(unknown))
      folders[entry->path().parent_path().lexically_relative(root).generic_string()].push_back(entry->path());
  require<DataError>(!error, kWhere, fmt::format("{}: {}", root.string(), error.message()), kHint);
  return folders;
}

bool is_below(const std::string& folder, const std::string& parent) {
  return parent.empty() || folder == parent || folder.starts_with(parent + "/");
}

/// Throws where there is another number of pictures than expected.
void check_counts(const std::map<std::string, std::vector<fs::path>>& folders,
                  const PublishedDataset& dataset) {
  for (const ExpectedFolder& expected : dataset.folders) {
    const auto found = folders.find(expected.path);
    const size_t count = found == folders.end() ? 0 : found->second.size();
    const bool fits = expected.pictures == 0 ? count > 0 : count == expected.pictures;
    require<DataError>(
        fits, kWhere,
        fmt::format("{}: {}, expected {}", expected.path, counted(static_cast<int64_t>(count), "file"),
                    expected.pictures == 0 ? "some pictures"
                                           : counted(static_cast<int64_t>(expected.pictures), "picture")),
        kHint);
  }
  for (const ExpectedFolder& total : dataset.totals) {
    size_t count = 0;
    for (const ExpectedFolder& folder : dataset.folders)
      if (const auto found = folders.find(folder.path);
          is_below(folder.path, total.path) && found != folders.end())
        count += found->second.size();
    require<DataError>(count == total.pictures, kWhere,
                       fmt::format("{} below {}, expected {}", counted(static_cast<int64_t>(count), "file"),
                                   total.path.empty() ? dataset.root : total.path,
                                   counted(static_cast<int64_t>(total.pictures), "picture")),
                       kHint);
  }
}

std::vector<fs::path> expected_files(const fs::path& root, const PublishedDataset& dataset) {
  auto folders = files_by_folder(root);
  check_counts(folders, dataset);
  std::vector<fs::path> files;
  for (const ExpectedFolder& expected : dataset.folders) {
    const auto& found = folders[expected.path];
    files.insert(files.end(), found.begin(), found.end());
    folders.erase(expected.path);
  }
  for (const auto& [folder, found] : folders)
    for (const fs::path& file : found) {
      const std::string name = file.lexically_relative(root).generic_string();
      require<DataError>(std::ranges::find(dataset.other_files, name) != dataset.other_files.end(), kWhere,
                         fmt::format("{} is not expected", name), kHint);
    }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool holds_expected_files(const fs::path& root, const PublishedDataset& dataset) {
  std::map<std::string, std::vector<fs::path>> folders;
  for (const ExpectedFolder& expected : dataset.folders) {
    std::error_code error;
    for (fs::directory_iterator entry(root / expected.path, error), end; !error && entry != end;
         entry.increment(error))
      folders[expected.path].push_back(entry->path());
  }
  try {
    check_counts(folders, dataset);
  } catch (const DataError&) {
    return false;
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
  if (static_cast<size_t>(count) > dataset.may_be_broken)
    throw DataError(
        kWhere,
        fmt::format("{} be decoded, the first: {}",
                    part_of(count, static_cast<int64_t>(files.size()), "picture", "cannot", "cannot"),
                    *std::find_if(faults.begin(), faults.end(), bad)),
        kHint);
}

}  // namespace margay::datasets
