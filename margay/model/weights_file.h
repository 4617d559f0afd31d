// Weights alone, under torchvision's names, as programs in Python load them.
#pragma once

#include <filesystem>

#include "margay/model/model.h"

namespace margay::model {

/// Writes a safetensors file atomically with parameters and buffers in float32, and without the network that
/// they belong to: `network.load_state_dict(safetensors.torch.load_file(path))` takes it where the network is
/// one of torchvision's. The class names and the preprocessing are metadata, as in model files. Throws
/// ModelError or IoError.
void save_weights(const std::filesystem::path& path, const Model& model);

}  // namespace margay::model
