// A model file less what only margay understands.
#include "margay/model/weights_file.h"

#include <span>
#include <string>

#include "margay/core/error.h"
#include "margay/core/version.h"
#include "margay/image/preprocess_json.h"
#include "margay/model/safetensors.h"

namespace margay::model {

void save_weights(const std::filesystem::path& path, const Model& model) {
  model.validate(path.string());
  SafeTensors file;
  for (const auto& [name, tensor] : model.weights)
    file.tensors.emplace(name, make_tensor(tensor.shape, std::span(tensor.values)));
  // Stands first in the file, where core/output_file.cpp looks for it.
  file.metadata.emplace("exported_by", fmt::format("margay {}", kVersion));
  file.metadata.emplace("format", "pt");  // which readers in Python ask for
  file.metadata.emplace("margay.classes", format_json(Json(model.classes)));
  file.metadata.emplace("margay.preprocess", format_json(image::to_json(model.preprocess)));
  write_safetensors(path, file);
}

}  // namespace margay::model
