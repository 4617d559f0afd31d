// Answers about many files: worker threads decode ahead while the network runs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/predict/test_time_augmentation.h"

namespace margay::predict {

/// The answer about one file, or why there is none.
struct FileAnswer {
  size_t index = 0;                      ///< of the picture
  std::optional<Answer> answer = {};     ///< nothing when the picture is broken
  std::optional<Answer> augmented = {};  ///< with test-time augmentation, where it is asked for
  std::string error = {};                ///< then what is wrong with it; does not repeat the path
  std::string note = {};                 ///< what of it is missing or was ignored; empty when nothing is
};

/// Encoded pictures by number, wherever they lie.
struct PictureSource {
  size_t count = 0;
  /// The bytes of a picture; called from many threads. What it throws becomes the picture's error.
  std::function<std::vector<uint8_t>(size_t)> read;
};

/// How pictures go through the network.
struct BatchOptions {
  int size = 32;  ///< pictures that are run at a time, at least 1; fewer where they take too much memory
  TestTimeAugmentation augmentation = TestTimeAugmentation::none;
};

/// Calls `receive` for every picture in the order of the numbers, from the calling thread. The answers are
/// the same for every number of workers. A broken picture gets its error and stops nothing. Throws
/// Interrupted when `stop` is requested, and what `receive` throws.
void predict_pictures(Predictor& predictor, const PictureSource& source, WorkerPool& pool,
                      const BatchOptions& batch, const std::function<void(const FileAnswer&)>& receive,
                      const ProgressObserver& progress = {}, std::stop_token stop = {});

/// The same for files.
void predict_files(Predictor& predictor, std::span<const std::filesystem::path> files, WorkerPool& pool,
                   const BatchOptions& batch, const std::function<void(const FileAnswer&)>& receive,
                   const ProgressObserver& progress = {}, std::stop_token stop = {});

}  // namespace margay::predict
