// What a picture shows: a model and its answers. Part of margay's public surface; needs no libtorch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "margay/graph.h"
#include "margay/image/image.h"
#include "margay/image/pixel_view.h"
#include "margay/image/preprocess.h"
#include "margay/predict/answer.h"

namespace margay {

using image::Image;       ///< RGB pixels in memory
using image::ImageView;   ///< the same, owned by somebody else
using image::PixelOrder;  ///< rgb, bgr, rgba, bgra, gray, gray_alpha
using image::PixelView;   ///< pixels of one's own, in any order, with gaps between rows
using image::Preprocess;  ///< how a picture becomes the input of a network
using predict::Answer;    ///< a probability for each class

/// A trained classifier as one `.safetensors` file holds it.
struct Model {
  Network graph{Shape{1}};
  Weights weights;                   ///< parameters and buffers, by name
  std::vector<std::string> classes;  ///< in the order of the outputs; two may share one logit
  Preprocess preprocess;
  std::string provenance = "{}";  ///< where it came from, a JSON object: data set, recipe, epoch, accuracy
};

/// From a model file or a run directory; nothing in it is executed. Throws FormatError, ModelError or
/// IoError.
MARGAY_API Model load_model(const std::string& run_or_model);

/// Written whole or not at all. Throws ModelError where the parts do not fit each other, IoError.
MARGAY_API void save_model(const std::string& path, const Model& model);

/// How a predictor computes.
struct PredictorOptions {
  int threads = 0;  ///< of a call that does not say it; 0: as many as this process may use
  /// What pictures that are run together may take besides the weights; a model that takes more for one is
  /// refused.
  uint64_t max_bytes = uint64_t{2} << 30;
};

/// How one call computes.
struct CallOptions {
  int threads = 0;  ///< 0: as PredictorOptions says. A server with a thread for each request wants 1
};

/// Answers what pictures show. One serves a whole program: every call is safe from any number of threads at
/// once, the weights are in memory once, and what lies between the layers once for each call that runs at a
/// time. Moved, not copied. All calls throw ModelError where the network answers what is not finite.
class MARGAY_API Predictor {
 public:
  /// From a model file or a run directory. Throws as load_model does.
  explicit Predictor(const std::string& run_or_model, const PredictorOptions& options = {});
  /// Throws ModelError.
  explicit Predictor(Model model, const PredictorOptions& options = {});
  ~Predictor();
  Predictor(Predictor&& other) noexcept;
  Predictor& operator=(Predictor&& other) noexcept;

  /// A picture of any size, in RGB.
  Answer predict(ImageView picture, CallOptions options = {}) const;
  /// In another order of bytes, or with gaps between rows. Throws UsageError for a view without pixels.
  Answer predict(const PixelView& picture, CallOptions options = {}) const;
  /// Several as one batch, of sizes of their own; the answers are in their order.
  std::vector<Answer> predict(std::span<const ImageView> pictures, CallOptions options = {}) const;
  /// The bytes of a file in any format that margay reads. Throws FormatError.
  Answer predict_bytes(std::span<const uint8_t> encoded, CallOptions options = {}) const;
  /// Throws FormatError or IoError.
  Answer predict_file(const std::string& path, CallOptions options = {}) const;

  const std::vector<std::string>& class_names() const;
  const std::string& name_of_best(const Answer& answer) const;
  const Preprocess& preprocess() const;
  const Network& graph() const;
  /// As Model::provenance.
  std::string provenance() const;
  /// How many pictures `predict` may be given together, at least 1.
  int most_pictures() const;

 private:
  struct Pool;
  Pool* pool_;
};

}  // namespace margay
