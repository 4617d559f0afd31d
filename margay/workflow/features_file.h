// Features on the disk, so that computing them can go on after it was stopped.
#pragma once

#include <filesystem>
#include <string>

#include "margay/core/json.h"
#include "margay/graph/weights.h"
#include "margay/workflow/features.h"

namespace margay::workflow {

/// Replaces the file atomically: the vectors that are done, the weights of the network that they are computed
/// with, and the settings of the training (recipe/lasting_settings.h). Throws IoError.
void write_features(const std::filesystem::path& path, const Features& features,
                    const graph::Weights& weights, const Json& settings);

/// What such a file has besides the vectors.
struct FeaturesOrigin {
  graph::Weights weights;
  Json settings;  ///< null in files of earlier versions
};

/// Reads vectors into `features`, which has been reserved. Throws FormatError where the file is damaged or
/// holds those of other pictures, IoError.
FeaturesOrigin read_features(const std::filesystem::path& path, Features& features);

}  // namespace margay::workflow
