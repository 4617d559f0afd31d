// Answers about many files: worker threads decode ahead while the network runs.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/predict/predictor.h"

namespace margay::predict {

/// The answer about one file, or why there is none.
struct FileAnswer {
  size_t index = 0;              ///< of the file in the list
  std::optional<Answer> answer;  ///< nothing when the picture is broken
  std::string error;             ///< then what is wrong with it; does not repeat the path
};

/// Calls `receive` for every file in the order of the list, from the calling thread. The answers are the same
/// for every number of workers. A broken picture gets its error and stops nothing. `batch` >= 1 pictures are
/// run at a time. Throws Interrupted when `stop` is requested, and what `receive` throws.
void predict_files(Predictor& predictor, std::span<const std::filesystem::path> files, WorkerPool& pool,
                   int batch, const std::function<void(const FileAnswer&)>& receive,
                   const ProgressObserver& progress = {}, std::stop_token stop = {});

}  // namespace margay::predict
