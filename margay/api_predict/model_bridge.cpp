// What a model came from is text outside and JSON inside.
#include "margay/api_predict/model_bridge.h"

#include <utility>

#include "margay/core/error.h"
#include "margay/core/json.h"

namespace margay {

Model to_public(model::Model&& model) {
  return {.graph = std::move(model.graph),
          .weights = std::move(model.weights),
          .classes = std::move(model.classes),
          .preprocess = model.preprocess,
          .provenance = format_json(model.provenance)};
}

model::Model to_inner(Model model) {
  model::Model made{std::move(model.graph), std::move(model.weights), std::move(model.classes),
                    model.preprocess, parse_json(model.provenance, "Model::provenance")};
  require<FormatError>(made.provenance.is_object(), "Model::provenance", "it is no JSON object");
  return made;
}

Model load_model(const std::string& run_or_model) {
  return to_public(model::load_model(model::find_model_file(run_or_model)));
}

void save_model(const std::string& path, const Model& model) {
  model::save_model(path, to_inner(model));
}

}  // namespace margay
