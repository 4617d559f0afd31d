// One batch is decoded on the pool while the one before it is run.
#include "margay/predict/file_predictions.h"

#include <algorithm>
#include <latch>
#include <memory>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/decode_fitted.h"

namespace margay::predict {
namespace {

/// Files of one batch; the tasks that decode them share it, so that it outlives an exception.
struct DecodedBatch {
  DecodedBatch(std::span<const std::filesystem::path> files, size_t begin,
               const image::Preprocess& preprocess)
      : first(begin),
        paths(files.begin(), files.end()),
        spec(preprocess),
        pictures(files.size()),
        errors(files.size()),
        ready(static_cast<std::ptrdiff_t>(files.size())) {}

  void decode(size_t i) {
    try {
      if (!std::filesystem::is_regular_file(paths[i])) throw IoError("predict", "there is no such file");
      const std::vector<uint8_t> bytes = read_file(paths[i], image::DecodeOptions{}.max_file_bytes);
      pictures[i] = image::decode_fitted(bytes, spec).picture;
    } catch (const std::bad_alloc&) {
      errors[i] = "there is not enough memory to decode it";
    } catch (const std::exception& error) {
      errors[i] = reason_of(error);
    }
    ready.count_down();
  }

  size_t first;
  std::vector<std::filesystem::path> paths;
  image::Preprocess spec;
  std::vector<image::Image> pictures;
  std::vector<std::string> errors;  ///< empty where the picture is good
  std::latch ready;
};

std::shared_ptr<DecodedBatch> begin_batch(std::span<const std::filesystem::path> files, size_t begin,
                                          int batch, const image::Preprocess& spec, WorkerPool& pool) {
  if (begin >= files.size()) return nullptr;
  const size_t size = std::min(files.size() - begin, static_cast<size_t>(batch));
  auto decoded = std::make_shared<DecodedBatch>(files.subspan(begin, size), begin, spec);
  for (size_t i = 0; i < size; ++i) pool.submit([decoded, i] { decoded->decode(i); });
  return decoded;
}

void answer_batch(Predictor& predictor, const DecodedBatch& batch,
                  const std::function<void(const FileAnswer&)>& receive) {
  std::vector<image::ImageView> good;
  for (size_t i = 0; i < batch.paths.size(); ++i)
    if (batch.errors[i].empty()) good.emplace_back(batch.pictures[i]);
  std::vector<Answer> answers = predictor.predict_fitted(good);
  size_t next = 0;
  for (size_t i = 0; i < batch.paths.size(); ++i) {
    FileAnswer result{batch.first + i, std::nullopt, batch.errors[i]};
    if (result.error.empty()) result.answer = std::move(answers[next++]);
    receive(result);
  }
}

}  // namespace

void predict_files(Predictor& predictor, std::span<const std::filesystem::path> files, WorkerPool& pool,
                   int batch, const std::function<void(const FileAnswer&)>& receive,
                   const ProgressObserver& progress, std::stop_token stop) {
  require(batch >= 1, "predict", fmt::format("batch is {}, expected at least 1", batch));
  auto current = begin_batch(files, 0, batch, predictor.preprocess(), pool);
  while (current != nullptr) {
    if (stop.stop_requested())
      throw Interrupted("predict",
                        fmt::format("stopped after {} of {} pictures", current->first, files.size()));
    const size_t end = current->first + current->paths.size();
    current->ready.wait();
    auto next = begin_batch(files, end, batch, predictor.preprocess(), pool);
    answer_batch(predictor, *current, receive);
    if (progress) progress({"predicting", end, files.size(), "pictures"});
    current = std::move(next);
  }
}

}  // namespace margay::predict
