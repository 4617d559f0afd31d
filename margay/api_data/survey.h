// What has to be known of every picture of a data set before it can be divided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "margay/core/worker_pool.h"
#include "margay/data.h"
#include "margay/data/content_hash.h"

namespace margay {

/// By the number of the picture.
struct Survey {
  std::vector<std::string> labels;
  std::vector<std::optional<data::ContentHash>> contents;  ///< nothing where it cannot be had
};

/// Asks for every picture once, on the threads of `pool`. Throws UsageError for an empty label, and what
/// `label` throws for a picture that cannot be had.
Survey survey(const Dataset& dataset, WorkerPool& pool);

/// The bytes of a file of the picture: its own, or those of a PPM. Throws UsageError for a picture without
/// pixels.
std::vector<uint8_t> bytes_of(Example&& example);

/// Which pictures are held back, see data::choose_validation; those without content are not.
std::vector<bool> choose_held_back(const Survey& survey, double share, uint64_t seed);

}  // namespace margay
