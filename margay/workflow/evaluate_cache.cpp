// Runs the predictor over a cache in batches.
#include "margay/workflow/evaluate_cache.h"

#include <algorithm>
#include <map>
#include <utility>

#include "margay/predict/predictor.h"
#include "margay/runtime/runtime.h"

namespace margay::workflow {

std::vector<std::vector<double>> predict_cache(const model::Model& model, const data::DecodedCache& cache,
                                               int threads) {
  constexpr int kBatch = 64;
  predict::Predictor predictor(
      model, runtime::make_executor(model.graph, model.weights, {.threads = threads, .is_trusted = true}));
  const auto batch = static_cast<size_t>(std::min(kBatch, predictor.most_pictures()));
  std::vector<std::vector<double>> probabilities;
  for (size_t first = 0; first < cache.size(); first += batch) {
    std::vector<image::ImageView> pictures;
    for (size_t i = first; i < std::min(first + batch, cache.size()); ++i)
      pictures.push_back(cache.picture(i));
    for (predict::Answer& answer : predictor.predict_fitted(pictures))
      probabilities.push_back(std::move(answer.probabilities));
  }
  return probabilities;
}

double majority_share(const data::DecodedCache& cache) {
  std::map<int, size_t> counts;
  size_t most = 0;
  for (size_t i = 0; i < cache.size(); ++i) most = std::max(most, ++counts[cache.label(i)]);
  return static_cast<double>(most) / static_cast<double>(cache.size());
}

}  // namespace margay::workflow
