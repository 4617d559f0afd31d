// Preprocess, run, turn logits into probabilities.
#include "margay/predict/predictor.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "margay/core/error.h"
#include "margay/image/decode_fitted.h"

namespace margay::predict {
namespace {

std::vector<double> sigmoid_pair(double logit) {
  const double small = std::exp(-std::abs(logit)) / (1.0 + std::exp(-std::abs(logit)));
  const double large = 1.0 / (1.0 + std::exp(-std::abs(logit)));
  return logit >= 0 ? std::vector{small, large} : std::vector{large, small};
}

std::vector<double> softmax(std::span<const float> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> values;
  double sum = 0;
  for (const float logit : logits) sum += values.emplace_back(std::exp(logit - highest));
  for (double& value : values) value /= sum;
  return values;
}

}  // namespace

int Answer::best() const {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                          probabilities.begin());
}

std::vector<int> Answer::top(int count) const {
  std::vector<int> order(probabilities.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  order.resize(std::min(order.size(), static_cast<size_t>(std::max(count, 0))));
  return order;
}

std::vector<double> probabilities_of(std::span<const float> logits) {
  for (const float logit : logits)
    require<ModelError>(std::isfinite(logit), "predict", fmt::format("the network answered {}", logit),
                        "its weights are not finite: the training diverged");
  return logits.size() == 1 ? sigmoid_pair(logits[0]) : softmax(logits);
}

Predictor::Predictor(model::Model model, std::unique_ptr<Executor> executor)
    : model_(std::move(model)), executor_(std::move(executor)) {
  require<ModelError>(executor_ != nullptr, "predict", "there is no executor");
  model_.validate("predict");
  model_.weights.clear();
}

Predictor::Predictor(std::unique_ptr<Executor> executor, const model::Model& without_weights)
    : model_(without_weights), executor_(std::move(executor)) {}

Predictor Predictor::share(int threads) const {
  std::unique_ptr<Executor> shared = executor_->share(threads);
  require<ModelError>(shared != nullptr, "predict", "what runs this network cannot be shared between threads",
                      "load the model once for each thread");
  return {std::move(shared), model_};
}

std::vector<Answer> Predictor::predict(std::span<const image::ImageView> pictures) {
  std::vector<image::Image> fitted;
  for (const image::ImageView& picture : pictures)
    fitted.push_back(image::fit_picture(picture, model_.preprocess));
  return predict_fitted(std::vector<image::ImageView>(fitted.begin(), fitted.end()));
}

Answer Predictor::predict(image::ImageView picture) {
  return predict(std::span(&picture, 1)).front();
}

Answer Predictor::predict(const image::PixelView& picture) {
  return predict(image::to_rgb(picture));
}

Answer Predictor::predict_bytes(std::span<const uint8_t> encoded) {
  const image::Decoded fitted = image::decode_fitted(encoded, model_.preprocess);
  const image::ImageView view = fitted.picture;
  return predict_fitted(std::span(&view, 1)).front();
}

Answer Predictor::predict_file(const std::filesystem::path& path) {
  const image::Decoded fitted = image::decode_fitted_file(path, model_.preprocess);
  const image::ImageView view = fitted.picture;
  return predict_fitted(std::span(&view, 1)).front();
}

std::vector<Answer> Predictor::predict_fitted(std::span<const image::ImageView> pictures) {
  const image::Preprocess& spec = model_.preprocess;
  const size_t per_picture = static_cast<size_t>(spec.width) * spec.height * 3;
  values_.resize(per_picture * pictures.size());
  for (size_t i = 0; i < pictures.size(); ++i) {
    const image::ImageView& picture = pictures[i];
    require(picture.width == spec.width && picture.height == spec.height, "predict",
            fmt::format("a picture of {} x {}, expected {} x {}", picture.width, picture.height, spec.width,
                        spec.height));
    image::normalize({picture.pixels, per_picture}, spec,
                     std::span(values_).subspan(i * per_picture, per_picture));
  }
  return predict_values(values_, static_cast<int>(pictures.size()));
}

std::vector<Answer> Predictor::predict_values(std::span<const float> values, int count) {
  const std::vector<float> logits = executor_->run(values, count);
  const size_t outputs = model_.graph.output_shape()[0];
  std::vector<Answer> answers;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i)
    answers.push_back({probabilities_of(std::span(logits).subspan(i * outputs, outputs))});
  return answers;
}

}  // namespace margay::predict
