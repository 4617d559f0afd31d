// What a data set is opened for, which decides what is refused and what is warned of.
#pragma once

#include <filesystem>

#include "margay/data/dataset.h"

namespace margay::data {

enum class Purpose {
  training,   ///< which needs two classes, and validation pictures of each
  measuring,  ///< of a model that is there: pictures of one class will do
};

/// As Dataset::open, which is for training.
Dataset open_dataset(const std::filesystem::path& root, const OpenOptions& options, Purpose purpose);

}  // namespace margay::data
