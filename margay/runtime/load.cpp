// From a file or a model to a predictor.
#include "margay/model/model.h"
#include "margay/runtime/runtime.h"

namespace margay::runtime {

predict::Predictor make_predictor(model::Model model, RuntimeOptions options) {
  auto executor = make_executor(model.graph, model.weights, options);
  return {std::move(model), std::move(executor)};
}

predict::Predictor load_predictor(const std::filesystem::path& run_or_model, RuntimeOptions options) {
  return make_predictor(model::load_model(model::find_model_file(run_or_model)), options);
}

}  // namespace margay::runtime
