// Decoding for training.
#include "margay/train/training_data.h"

#include "margay/core/error.h"

namespace margay::train {

TrainingData TrainingData::load(const data::Dataset& dataset, const image::Preprocess& spec, WorkerPool& pool,
                                const ProgressObserver& progress, std::stop_token stop) {
  require<DataError>(dataset.has_split("train"), "train",
                     fmt::format("{} has no folder 'train'", dataset.root.string()),
                     "put the pictures into train/CLASS/ and validation/CLASS/, a folder per class");
  require<DataError>(
      dataset.classes.size() >= 2, "train",
      fmt::format("{} has {} class; expected at least 2", dataset.root.string(), dataset.classes.size()));
  TrainingData made{
      dataset.classes, data::DecodedCache::build(dataset.split("train"), spec, pool, progress, stop), {}};
  if (dataset.has_split("validation"))
    made.validation = data::DecodedCache::build(dataset.split("validation"), spec, pool, progress, stop);
  return made;
}

std::vector<data::SkippedFile> TrainingData::skipped() const {
  std::vector<data::SkippedFile> files = train.skipped();
  if (validation) files.insert(files.end(), validation->skipped().begin(), validation->skipped().end());
  return files;
}

}  // namespace margay::train
