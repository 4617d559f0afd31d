// What a picture shows: pictures in, classes and probabilities out.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "margay/image/image.h"
#include "margay/model/model.h"
#include "margay/predict/executor.h"

namespace margay::predict {

/// What a model says about one picture.
struct Answer {
  std::vector<double> probabilities;  ///< one per class, sum 1

  /// The class with the highest probability; the first of several.
  int best() const;
  /// The `count` most probable classes, falling; fewer when there are fewer.
  std::vector<int> top(int count) const;
};

/// Probabilities of the logits of one picture. One logit z serves two classes: {1 - s, s} with s = 1 / (1 +
/// exp(-z)), both computed without cancellation; more go through softmax. Throws ModelError when a logit is
/// not finite.
std::vector<double> probabilities_of(std::span<const float> logits);

/// A model with something that runs it. Not thread-safe; make one per thread.
class Predictor {
 public:
  /// Keeps all of the model but its weights, which the executor has. Throws ModelError.
  Predictor(model::Model model, std::unique_ptr<Executor> executor);

  /// Pictures of any size; they are run as one batch.
  std::vector<Answer> predict(std::span<const image::ImageView> pictures);
  Answer predict(image::ImageView picture);
  /// Throws FormatError or IoError.
  Answer predict_file(const std::filesystem::path& path);

  /// Pictures that image::fit_picture has made of `preprocess()`; all have its size.
  std::vector<Answer> predict_fitted(std::span<const image::ImageView> pictures);

  const std::vector<std::string>& class_names() const { return model_.classes; }
  const image::Preprocess& preprocess() const { return model_.preprocess; }
  const graph::Graph& graph() const { return model_.graph; }
  const Json& provenance() const { return model_.provenance; }

 private:
  model::Model model_;  ///< without weights
  std::unique_ptr<Executor> executor_;
  std::vector<float> values_;  ///< [N, H, W, 3], kept for the next batch
};

}  // namespace margay::predict
