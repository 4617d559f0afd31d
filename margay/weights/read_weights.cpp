// Which reader a file needs, and what its tensors are called.
#include "margay/weights/read_weights.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/model/safetensors.h"
#include "margay/weights/torch_file.h"

namespace margay::weights {
namespace fs = std::filesystem;
namespace {

using Tensors = std::map<std::string, model::SafeTensor>;

constexpr std::string_view kDataParallel = "module.";
/// Of margay's own model files: no parameters.
constexpr std::string_view kReserved = "margay.";
constexpr std::string_view kCounter = "num_batches_tracked";

Tensors read_tensors(const fs::path& path) {
  require<IoError>(path_exists(path), path.string(), "there is no such file");
  require<IoError>(is_file(path), path.string(), "it is not a file");
  if (is_torch_file(path)) return read_torch_file(path);
  if (is_safetensors(path)) return model::read_safetensors(path).tensors;
  const KnownFile known = known_file(path);
  throw FormatError(
      path.string(),
      fmt::format("it is {}neither a state dict of PyTorch nor safetensors",
                  known.name.empty() ? "" : known.name + ": "),
      "both are told by their content; a file that ended early or a page of a web site is neither");
}

}  // namespace

/// The length of its header, then JSON.
bool is_safetensors(const fs::path& path) {
  constexpr size_t kLengthBytes = 8;
  std::string beginning(kLengthBytes + 1, '\0');
  std::ifstream stream(path, std::ios::binary);
  return stream.read(beginning.data(), static_cast<std::streamsize>(beginning.size())) &&
         beginning.back() == '{';
}

graph::Weights read_weights(const fs::path& path) {
  Tensors tensors = read_tensors(path);
  const bool parallel = std::all_of(tensors.begin(), tensors.end(),
                                    [](const auto& entry) { return entry.first.starts_with(kDataParallel); });
  graph::Weights weights;
  for (auto& [full_name, tensor] : tensors) {
    if (full_name.ends_with(kCounter) || full_name.starts_with(kReserved)) continue;
    std::string name =
        graph::zoo::current_parameter_name(parallel ? full_name.substr(kDataParallel.size()) : full_name);
    const auto [place, fresh] =
        weights.emplace(std::move(name), graph::Tensor{tensor.shape, model::to_float32(tensor)});
    require<FormatError>(fresh, path.string(), fmt::format("parameter '{}' is there twice", place->first));
    tensor.bytes = {};
  }
  return weights;
}

}  // namespace margay::weights
