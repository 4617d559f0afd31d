// One batch is decoded on the pool while the one before it is run.
#include "margay/predict/file_predictions.h"

#include <algorithm>
#include <latch>
#include <memory>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/image/decode_fitted.h"

namespace margay::predict {
namespace {

/// Pictures of one batch; the tasks that decode them share it, so that it outlives an exception.
struct DecodedBatch {
  DecodedBatch(const PictureSource& pictures_of, size_t begin, size_t size,
               const image::Preprocess& preprocess)
      : read(pictures_of.read),
        first(begin),
        spec(preprocess),
        pictures(size),
        errors(size),
        notes(size),
        ready(static_cast<std::ptrdiff_t>(size)) {}

  void decode(size_t i) {
    try {
      image::Decoded decoded = image::decode_fitted(read(first + i), spec);
      pictures[i] = std::move(decoded.picture);
      notes[i] = std::move(decoded.note);
    } catch (const std::bad_alloc&) {
      errors[i] = "there is not enough memory to decode it";
    } catch (const std::exception& error) {
      errors[i] = reason_of(error);
    }
    ready.count_down();
  }

  std::function<std::vector<uint8_t>(size_t)> read;
  size_t first;
  image::Preprocess spec;
  std::vector<image::Image> pictures;
  std::vector<std::string> errors;  ///< empty where the picture is good
  std::vector<std::string> notes;
  std::latch ready;
};

std::shared_ptr<DecodedBatch> begin_batch(const PictureSource& source, size_t begin, int batch,
                                          const image::Preprocess& spec, WorkerPool& pool) {
  if (begin >= source.count) return nullptr;
  const size_t size = std::min(source.count - begin, static_cast<size_t>(batch));
  auto decoded = std::make_shared<DecodedBatch>(source, begin, size, spec);
  for (size_t i = 0; i < size; ++i) pool.submit([decoded, i] { decoded->decode(i); });
  return decoded;
}

void answer_batch(Predictor& predictor, TestTimeAugmentation augmentation, const DecodedBatch& batch,
                  const std::function<void(const FileAnswer&)>& receive) {
  std::vector<image::ImageView> good;
  for (size_t i = 0; i < batch.pictures.size(); ++i)
    if (batch.errors[i].empty()) good.emplace_back(batch.pictures[i]);
  std::vector<AugmentedAnswer> answers = predict_augmented(predictor, good, augmentation);
  size_t next = 0;
  for (size_t i = 0; i < batch.pictures.size(); ++i) {
    FileAnswer result{.index = batch.first + i, .error = batch.errors[i], .note = batch.notes[i]};
    if (result.error.empty()) {
      if (augmentation != TestTimeAugmentation::none) result.augmented = std::move(answers[next].mean);
      result.answer = std::move(answers[next++].plain);
    }
    receive(result);
  }
}

}  // namespace

void predict_pictures(Predictor& predictor, const PictureSource& source, WorkerPool& pool,
                      const BatchOptions& batch, const std::function<void(const FileAnswer&)>& receive,
                      const ProgressObserver& progress, std::stop_token stop) {
  require(batch.size >= 1, "predict", fmt::format("batch is {}, expected at least 1", batch.size));
  const int size = std::min(batch.size, predictor.most_pictures());
  auto current = begin_batch(source, 0, size, predictor.preprocess(), pool);
  while (current != nullptr) {
    if (stop.stop_requested())
      throw Interrupted("predict",
                        fmt::format("stopped after {} of {}", grouped(static_cast<int64_t>(current->first)),
                                    counted(static_cast<int64_t>(source.count), "picture")));
    const size_t end = current->first + current->pictures.size();
    current->ready.wait();
    auto next = begin_batch(source, end, size, predictor.preprocess(), pool);
    answer_batch(predictor, batch.augmentation, *current, receive);
    if (progress) progress({"predicting", end, source.count, "pictures"});
    current = std::move(next);
  }
}

void predict_files(Predictor& predictor, std::span<const std::filesystem::path> files, WorkerPool& pool,
                   const BatchOptions& batch, const std::function<void(const FileAnswer&)>& receive,
                   const ProgressObserver& progress, std::stop_token stop) {
  // Tasks may outlive this call after an exception, so that they own the paths.
  const auto paths = std::make_shared<std::vector<std::filesystem::path>>(files.begin(), files.end());
  const auto read = [paths](size_t i) {
    require<IoError>(is_file((*paths)[i]), "predict", "there is no such file");
    return read_file((*paths)[i], image::DecodeOptions{}.max_file_bytes);
  };
  predict_pictures(predictor, {paths->size(), read}, pool, batch, receive, progress, stop);
}

}  // namespace margay::predict
