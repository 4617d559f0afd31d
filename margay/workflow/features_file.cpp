// Features and weights as one safetensors file with a checksum.
#include "margay/workflow/features_file.h"

#include <span>

#include "margay/core/error.h"
#include "margay/model/content_checksum.h"
#include "margay/model/safetensors.h"

namespace margay::workflow {
namespace {

const std::string kFeatures = "features";
const std::string kWeights = "weights/";
const std::string kRows = "margay.rows";
const std::string kSettings = "margay.settings";
const std::string kChecksum = "margay.checksum";

std::string metadata_of(const model::SafeTensors& file, const std::string& key) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? std::string() : found->second;
}

}  // namespace

void write_features(const std::filesystem::path& path, const Features& features,
                    const graph::Weights& weights, const Json& settings) {
  model::SafeTensors file;
  file.tensors.emplace(kFeatures, model::make_tensor({static_cast<int64_t>(features.done()),
                                                      static_cast<int64_t>(features.width)},
                                                     std::span<const float>(features.values)));
  for (const auto& [name, tensor] : weights)
    file.tensors.emplace(kWeights + name,
                         model::make_tensor(tensor.shape, std::span<const float>(tensor.values)));
  file.metadata[kRows] = std::to_string(features.rows);
  file.metadata[kSettings] = settings.dump();
  file.metadata[kChecksum] = model::content_checksum(file);
  model::write_safetensors(path, file);
}

FeaturesOrigin read_features(const std::filesystem::path& path, Features& features) {
  const model::SafeTensors file = model::read_safetensors(path);
  const auto found = file.tensors.find(kFeatures);
  require<FormatError>(
      found != file.tensors.end() && metadata_of(file, kChecksum) == model::content_checksum(file),
      path.string(), "it holds no features with their checksum: it is damaged");
  const graph::Shape& shape = found->second.shape;
  require<FormatError>(shape.size() == 2 && shape[1] == static_cast<int64_t>(features.width) &&
                           shape[0] <= static_cast<int64_t>(features.rows) &&
                           metadata_of(file, kRows) == std::to_string(features.rows),
                       path.string(),
                       fmt::format("its features are {}, expected at most {} x {}", graph::to_string(shape),
                                   features.rows, features.width),
                       "they are of other pictures or views");
  features.values = model::to_float32(found->second);
  FeaturesOrigin origin;
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with(kWeights))
      origin.weights.emplace(name.substr(kWeights.size()),
                             graph::Tensor{tensor.shape, model::to_float32(tensor)});
  if (const std::string settings = metadata_of(file, kSettings); !settings.empty())
    origin.settings = parse_json(settings, path.string());
  return origin;
}

}  // namespace margay::workflow
