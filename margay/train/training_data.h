// The pictures of a training, decoded once.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/data/dataset.h"
#include "margay/data/decoded_cache.h"
#include "margay/image/preprocess.h"

namespace margay::train {

/// What a trainer learns from and is measured on. Immutable; several trainings may share it.
struct TrainingData {
  std::vector<std::string> classes;
  data::DecodedCache train;
  std::optional<data::DecodedCache> validation;

  /// Decodes the splits "train" and, where present, "validation". Throws DataError when there is no "train"
  /// or fewer than two classes; Interrupted when stopped.
  static TrainingData load(const data::Dataset& dataset, const image::Preprocess& spec, WorkerPool& pool,
                           const ProgressObserver& progress = {}, std::stop_token stop = {});

  /// Skipped files of both splits.
  std::vector<data::SkippedFile> skipped() const;
  std::vector<data::NotedFile> noted() const;
};

}  // namespace margay::train
