// The pictures of a training, decoded once.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/data/dataset.h"
#include "margay/data/decoded_cache.h"
#include "margay/image/preprocess.h"

namespace margay::train {

/// What to do when more than a tenth of the pictures cannot be used.
enum class ManyBroken { refuse, allow };

/// How pictures are decoded for a training.
struct LoadOptions {
  ProgressObserver progress = {};
  std::stop_token stop = {};
  ManyBroken broken = ManyBroken::refuse;
  /// Of decoded pictures in memory; what is more goes into packed files in the cache folder
  /// (data/packed_file.h). Four fifths of the memory that there is when nothing is said, less what is
  /// reserved.
  std::optional<uint64_t> memory_bytes = std::nullopt;
  uint64_t reserved_bytes = 0;  ///< for what the pictures are trained with
};

/// What a trainer learns from and is measured on. Immutable; several trainings may share it.
struct TrainingData {
  std::vector<std::string> classes;
  data::DecodedCache train;
  std::optional<data::DecodedCache> validation;
  std::vector<std::string> warnings = {};  ///< such as a picture that is in both splits

  /// Decodes the splits "train" and, where present, "validation"; no file is needed afterwards. Throws
  /// DataError when there is no "train", fewer than two classes, a class without pictures to train on
  /// or with none that decodes, or more broken pictures than `options` allow, which it lists; Interrupted
  /// when stopped.
  static TrainingData load(const data::Dataset& dataset, const image::Preprocess& spec, WorkerPool& pool,
                           const LoadOptions& options = {});

  /// Skipped files of both splits.
  std::vector<data::SkippedFile> skipped() const;
  std::vector<data::NotedFile> noted() const;
};

}  // namespace margay::train
