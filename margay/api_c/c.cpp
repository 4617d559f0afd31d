// The C surface over the public Predictor: exceptions end here, as a code and a text.
#include "margay/c.h"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/version.h"
#include "margay/predict.h"

struct margay_model {
  margay::Predictor predictor;
};

namespace margay {
namespace {

thread_local std::string last_error;

void remember(const char* message) noexcept {
  try {
    last_error = message;
  } catch (const std::bad_alloc&) {  // the code says enough
  }
}

/// The code of what `call` throws, whose text the thread keeps.
template <class Call>
int guarded(const Call& call) noexcept {
  try {
    last_error.clear();
    call();
    return MARGAY_OK;
  } catch (const Error& error) {
    return remember(error.what()), error.exit_code();
  } catch (const std::exception& error) {
    return remember(error.what()), MARGAY_INTERNAL_ERROR;
  } catch (...) {
    return remember("an exception that is none of the standard library's"), MARGAY_INTERNAL_ERROR;
  }
}

void require_given(const void* pointer, std::string_view name) {
  require(pointer != nullptr, "margay_predict", fmt::format("{} is NULL", name));
}

PixelView view_of(const margay_picture& picture) {
  require(picture.order >= MARGAY_RGB && picture.order <= MARGAY_GRAY_ALPHA, "margay_predict",
          fmt::format("the order of pixels is {}, expected {} to {}", picture.order,
                      static_cast<int>(MARGAY_RGB), static_cast<int>(MARGAY_GRAY_ALPHA)));
  return {picture.pixels, picture.width, picture.height, static_cast<PixelOrder>(picture.order),
          picture.stride_bytes};
}

void write(const Answer& answer, double* probabilities) {
  std::ranges::copy(answer.probabilities, probabilities);
}

}  // namespace
}  // namespace margay

using namespace margay;

const char* margay_version(void) {
  return kVersion;
}

const char* margay_last_error(void) {
  return last_error.c_str();
}

int margay_open(const char* run_or_model, int threads, margay_model** model) {
  if (model) *model = nullptr;
  return guarded([&] {
    require(run_or_model && model, "margay_open", "an argument is NULL");
    *model = new margay_model{Predictor(run_or_model, {.threads = threads})};
  });
}

void margay_close(margay_model* model) {
  delete model;
}

int margay_class_count(const margay_model* model) {
  return model ? static_cast<int>(model->predictor.class_names().size()) : 0;
}

const char* margay_class_name(const margay_model* model, int index) {
  if (index < 0 || index >= margay_class_count(model)) return nullptr;
  return model->predictor.class_names()[static_cast<size_t>(index)].c_str();
}

int margay_predict_file(const margay_model* model, const char* path, double* probabilities) {
  return guarded([&] {
    require_given(model, "model"), require_given(path, "path"), require_given(probabilities, "probabilities");
    write(model->predictor.predict_file(path), probabilities);
  });
}

int margay_predict_bytes(const margay_model* model, const uint8_t* bytes, size_t size,
                         double* probabilities) {
  return guarded([&] {
    require_given(model, "model"), require_given(bytes, "bytes"),
        require_given(probabilities, "probabilities");
    write(model->predictor.predict_bytes({bytes, size}), probabilities);
  });
}

int margay_predict_pixels(const margay_model* model, const margay_picture* pictures, size_t count,
                          double* probabilities) {
  return guarded([&] {
    if (count == 0) return;
    require_given(model, "model"), require_given(pictures, "pictures");
    require_given(probabilities, "probabilities");
    const auto most = static_cast<size_t>(model->predictor.most_pictures());
    require(count <= most, "margay_predict_pixels",
            fmt::format("{} pictures together, this model and this machine's memory take {}", count, most),
            "give them in several calls");
    std::vector<Image> rgb;
    for (size_t i = 0; i < count; ++i) rgb.push_back(image::to_rgb(view_of(pictures[i])));
    const std::vector<ImageView> views(rgb.begin(), rgb.end());
    const std::vector<Answer> answers = model->predictor.predict(views);
    for (size_t i = 0; i < count; ++i) write(answers[i], probabilities + i * answers[i].probabilities.size());
  });
}
