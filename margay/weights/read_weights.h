// Weights that others publish or that were saved elsewhere, from a file of either kind.
#pragma once

#include <filesystem>

#include "margay/graph/weights.h"

namespace margay::weights {

/// Whether the file begins as safetensors do.
bool is_safetensors(const std::filesystem::path& path);

/// The tensors of a `.pth` (torch_file.h), a `.safetensors` or a model of margay, told apart by content, in
/// float32 under the names that networks of margay have: without "module." before every name (DataParallel),
/// without counters of batches, and with the names that torchvision gave some layers after it had published
/// the weights. Throws FormatError or IoError; runs nothing from the file.
graph::Weights read_weights(const std::filesystem::path& path);

}  // namespace margay::weights
