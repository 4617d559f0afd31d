// What a picture shows: pictures in, classes and probabilities out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "margay/image/image.h"
#include "margay/image/pixel_view.h"
#include "margay/model/model.h"
#include "margay/predict/answer.h"
#include "margay/predict/executor.h"

namespace margay::predict {

/// Probabilities of the logits of one picture. One logit z serves two classes: {1 - s, s} with s = 1 / (1 +
/// exp(-z)), both computed without cancellation; more go through softmax. Throws ModelError when a logit is
/// not finite.
std::vector<double> probabilities_of(std::span<const float> logits);

/// A model with something that runs it. One thread uses it at a time; for others, `share` it.
class Predictor {
 public:
  /// Keeps all of the model but its weights, which the executor has. Throws ModelError.
  Predictor(model::Model model, std::unique_ptr<Executor> executor);

  /// A predictor for another thread, with the same weights in memory and room of its own for what lies
  /// between: n of them take the memory of the weights once. It may outlive this one, and computes on so many
  /// threads, 0: as many as this one. May be called while others predict. Throws ModelError where the
  /// executor is of a kind that cannot be shared (libtorch's).
  Predictor share(int threads = 0) const;

  /// Pictures of any size, as the decoders give them: RGB, seen the right way up. They are run as one batch.
  std::vector<Answer> predict(std::span<const image::ImageView> pictures);
  Answer predict(image::ImageView picture);
  /// Pixels in another order or with gaps between rows. Throws UsageError, see image::to_rgb.
  Answer predict(const image::PixelView& picture);
  /// A picture as it lies in a file of any format that margay reads: the answer is predict_file's. Throws
  /// FormatError.
  Answer predict_bytes(std::span<const uint8_t> encoded);
  /// Throws FormatError or IoError.
  Answer predict_file(const std::filesystem::path& path);

  /// Pictures that image::fit_picture has made of `preprocess()`; all have its size.
  std::vector<Answer> predict_fitted(std::span<const image::ImageView> pictures);

  /// What image::normalize has made of such: `values` is [count, H, W, 3]. Throws ModelError where there are
  /// not as many, or where the network answers what is not finite.
  std::vector<Answer> predict_values(std::span<const float> values, int count);

  /// How many pictures may be run together; see Executor::most_pictures.
  int most_pictures() const { return executor_->most_pictures(); }
  const std::vector<std::string>& class_names() const { return model_.classes; }
  const image::Preprocess& preprocess() const { return model_.preprocess; }
  const graph::Graph& graph() const { return model_.graph; }
  const Json& provenance() const { return model_.provenance; }

 private:
  /// Of a model that was found valid before its weights were dropped.
  Predictor(std::unique_ptr<Executor> executor, const model::Model& without_weights);

  model::Model model_;  ///< without weights
  std::unique_ptr<Executor> executor_;
  std::vector<float> values_;  ///< [N, H, W, 3], kept for the next batch
};

}  // namespace margay::predict
