// Files of torch.save: a state dict as PyTorch writes it, zipped (since 1.6) or one pickle after another
// (before).
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "margay/model/safetensors.h"

namespace margay::weights {

/// Whether the first bytes are those of either form.
bool is_torch_file(const std::filesystem::path& path);

/// The tensors of a state dict, or of the one that a checkpoint has under "state_dict", "model" or
/// "model_state_dict", by name, row-major. Runs nothing from the file, and takes memory only after every size
/// has been checked against the file. Throws FormatError, which names the parameter, or IoError.
std::map<std::string, model::SafeTensor> read_torch_file(const std::filesystem::path& path);

}  // namespace margay::weights
