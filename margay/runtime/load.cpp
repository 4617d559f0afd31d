// From a file to a predictor.
#include "margay/model/model.h"
#include "margay/runtime/runtime.h"

namespace margay::runtime {

predict::Predictor load_predictor(const std::filesystem::path& run_or_model, RuntimeOptions options) {
  model::Model model = model::load_model(model::find_model_file(run_or_model));
  auto executor = make_executor(model.graph, model.weights, options);
  return {std::move(model), std::move(executor)};
}

}  // namespace margay::runtime
