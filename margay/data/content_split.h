// Holds pictures back for validation, chosen by what is in them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "margay/core/progress.h"
#include "margay/core/worker_pool.h"
#include "margay/data/content_hash.h"
#include "margay/data/dataset.h"

namespace margay::data {

/// Which of some pictures are held back, true for validation. In each class the contents are ranked by their
/// hash, and the first `fraction` of them (rounded; with two or more at least one, and never all) are taken.
/// So a picture keeps its side when it is renamed or moved or when others come and go, but for a few at the
/// boundary; and copies are always on the same side, those in another class too.
std::vector<bool> choose_validation(std::span<const ContentHash> contents, std::span<const int32_t> labels,
                                    double fraction);

/// Hashes that rank the same contents in the order of another seed; 0 leaves them as they are.
std::vector<ContentHash> reordered(std::vector<ContentHash> contents, uint64_t seed);

/// The share of an unsplit data set that is held back where nobody says otherwise.
inline constexpr double kDefaultValidation = 0.2;

/// The data set with pictures held back for validation: where it is not split, or where it has "train" alone
/// and a `fraction` is asked for; else as it is. Every picture is read once, on the threads of `pool`; what
/// cannot be read stays in train, where it will be skipped. `fraction` is in [0, 1), and 0 holds nothing
/// back. Another `seed` ranks the contents in another order, for repeated hold-out. Throws UsageError when a
/// fraction or a seed is asked for and there is nothing to hold back; Interrupted when stopped.
Dataset split_by_content(Dataset dataset, std::optional<double> fraction, WorkerPool& pool,
                         const ProgressObserver& progress = {}, std::stop_token stop = {}, uint64_t seed = 0);

}  // namespace margay::data
