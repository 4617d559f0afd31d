// Binds the predictor to the queue.
#include "margay/serve/served_model.h"

#include <algorithm>
#include <utility>

namespace margay::serve {
namespace {

BatchSettings within_memory(BatchSettings settings, const predict::Predictor& predictor) {
  settings.max_batch = std::min(settings.max_batch, predictor.most_pictures());
  return settings;
}

}  // namespace

ServedModel::ServedModel(std::string name, predict::Predictor predictor, const BatchSettings& settings,
                         std::function<void(int)> observe)
    : name_(std::move(name)),
      predictor_(std::move(predictor)),
      batcher_(
          within_memory(settings, predictor_),
          [this](std::span<const float> values, int count) {
            return predictor_.predict_values(values, count);
          },
          std::move(observe)) {}

}  // namespace margay::serve
