// One predictor for many threads: each call borrows what lies between the layers, and all share the weights.
#include "margay/predict/predictor.h"

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "margay/api_predict/model_bridge.h"
#include "margay/core/json.h"
#include "margay/runtime/runtime.h"

namespace margay {

/// Inner predictors of one network, which one thread uses at a time. As many stay as have run together, by
/// the number of threads that they compute on.
struct Predictor::Pool {
  explicit Pool(predict::Predictor predictor) : source(std::move(predictor)) {}

  std::unique_ptr<predict::Predictor> take(int threads) {
    {
      const std::lock_guard lock(mutex);
      if (auto& some = idle[threads]; !some.empty()) {
        auto taken = std::move(some.back());
        some.pop_back();
        return taken;
      }
    }
    return std::make_unique<predict::Predictor>(source.share(threads));
  }

  void give_back(std::unique_ptr<predict::Predictor> predictor, int threads) {
    const std::lock_guard lock(mutex);
    idle[threads].push_back(std::move(predictor));
  }

  /// What throws keeps its predictor, whose state nobody knows.
  template <class Call>
  auto with(CallOptions options, const Call& call) {
    auto predictor = take(options.threads);
    auto answer = call(*predictor);
    give_back(std::move(predictor), options.threads);
    return answer;
  }

  const predict::Predictor source;  ///< predicts nothing itself
  std::mutex mutex;
  std::map<int, std::vector<std::unique_ptr<predict::Predictor>>> idle;
};

namespace {

runtime::RuntimeOptions runtime_options(const PredictorOptions& options) {
  return {.threads = options.threads, .max_bytes = options.max_bytes};
}

}  // namespace

Predictor::Predictor(const std::string& run_or_model, const PredictorOptions& options)
    : pool_(new Pool(runtime::load_predictor(run_or_model, runtime_options(options)))) {}
Predictor::Predictor(Model model, const PredictorOptions& options)
    : pool_(new Pool(runtime::make_predictor(to_inner(std::move(model)), runtime_options(options)))) {}
Predictor::~Predictor() {
  delete pool_;
}
Predictor::Predictor(Predictor&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
Predictor& Predictor::operator=(Predictor&& other) noexcept {
  std::swap(pool_, other.pool_);
  return *this;
}

Answer Predictor::predict(ImageView picture, CallOptions options) const {
  return pool_->with(options, [&](predict::Predictor& one) { return one.predict(picture); });
}
Answer Predictor::predict(const PixelView& picture, CallOptions options) const {
  return pool_->with(options, [&](predict::Predictor& one) { return one.predict(picture); });
}
std::vector<Answer> Predictor::predict(std::span<const ImageView> pictures, CallOptions options) const {
  return pool_->with(options, [&](predict::Predictor& one) { return one.predict(pictures); });
}
Answer Predictor::predict_bytes(std::span<const uint8_t> encoded, CallOptions options) const {
  return pool_->with(options, [&](predict::Predictor& one) { return one.predict_bytes(encoded); });
}
Answer Predictor::predict_file(const std::string& path, CallOptions options) const {
  return pool_->with(options, [&](predict::Predictor& one) { return one.predict_file(path); });
}

const std::vector<std::string>& Predictor::class_names() const {
  return pool_->source.class_names();
}
const std::string& Predictor::name_of_best(const Answer& answer) const {
  return class_names().at(static_cast<size_t>(answer.best()));
}
const Preprocess& Predictor::preprocess() const {
  return pool_->source.preprocess();
}
const Network& Predictor::graph() const {
  return pool_->source.graph();
}
std::string Predictor::provenance() const {
  return format_json(pool_->source.provenance());
}
int Predictor::most_pictures() const {
  return pool_->source.most_pictures();
}

}  // namespace margay
