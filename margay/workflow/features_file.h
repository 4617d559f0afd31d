// Features on the disk, so that computing them can go on after it was stopped.
#pragma once

#include <filesystem>
#include <string>

#include "margay/graph/weights.h"
#include "margay/workflow/features.h"

namespace margay::workflow {

/// Replaces the file atomically: the vectors that are done, and the weights of the network that they are
/// computed with. Throws IoError.
void write_features(const std::filesystem::path& path, const Features& features,
                    const graph::Weights& weights);

/// Reads vectors into `features`, which has been reserved, and returns the weights. Throws FormatError where
/// the file is damaged or holds those of other pictures, IoError.
graph::Weights read_features(const std::filesystem::path& path, Features& features);

}  // namespace margay::workflow
