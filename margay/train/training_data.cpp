// Decoding for training.
#include "margay/train/training_data.h"

#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/json.h"

namespace margay::train {
namespace {

/// The model file keeps the names as JSON: better to hear it before the training than after.
void require_utf8(const std::vector<std::string>& classes) {
  for (const std::string& name : classes) {
    try {
      (void)Json(name).dump();
    } catch (const Json::exception&) {
      throw DataError("train",
                      fmt::format("the name of the class folder {} is not UTF-8", format_json(Json(name))),
                      "rename the folder");
    }
  }
}

/// Training itself wants memory too.
uint64_t memory_for_pictures() {
  return available_memory_bytes() / 10 * 8;
}

}  // namespace

TrainingData TrainingData::load(const data::Dataset& dataset, const image::Preprocess& spec, WorkerPool& pool,
                                const ProgressObserver& progress, std::stop_token stop) {
  require<DataError>(dataset.has_split("train"), "train",
                     fmt::format("{} has no folder 'train'", dataset.root.string()),
                     "put the pictures into train/CLASS/ and validation/CLASS/, a folder per class");
  require<DataError>(
      dataset.classes.size() >= 2, "train",
      fmt::format("{} has {} class; expected at least 2", dataset.root.string(), dataset.classes.size()));
  require_utf8(dataset.classes);
  const auto build = [&](std::string_view split) {
    return data::DecodedCache::build(dataset.split(split), spec, pool, progress, stop, memory_for_pictures());
  };
  TrainingData made{dataset.classes, build("train"), {}};
  if (dataset.has_split("validation")) made.validation = build("validation");
  return made;
}

std::vector<data::SkippedFile> TrainingData::skipped() const {
  std::vector<data::SkippedFile> files = train.skipped();
  if (validation) files.insert(files.end(), validation->skipped().begin(), validation->skipped().end());
  return files;
}

std::vector<data::NotedFile> TrainingData::noted() const {
  std::vector<data::NotedFile> files = train.noted();
  if (validation) files.insert(files.end(), validation->noted().begin(), validation->noted().end());
  return files;
}

}  // namespace margay::train
