// Three ways in, one way on.
#include "margay/serve/picture_input.h"

#include <cstring>

#include "margay/core/error.h"
#include "margay/core/finite.h"
#include "margay/core/number_text.h"
#include "margay/image/decode_fitted.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve.picture";

std::vector<float> normalized(image::ImageView fitted, const image::Preprocess& spec) {
  std::vector<float> values(fitted.size_bytes());
  image::normalize({fitted.pixels, fitted.size_bytes()}, spec, values);
  return values;
}

void require_pixels(int width, int height, uint64_t most) {
  if (static_cast<uint64_t>(width) * static_cast<uint64_t>(height) > most)
    throw RequestError(413, kWhere,
                       fmt::format("a picture of {} x {} pixels, the limit is {}", width, height,
                                   grouped(static_cast<int64_t>(most))));
}

std::vector<float> values_of(const EncodedPicture& picture, const image::Preprocess& spec, uint64_t most) {
  const image::PictureInfo info = image::probe(picture.bytes);
  require_pixels(info.width, info.height, most);
  return normalized(image::decode_fitted(picture.bytes, spec).picture, spec);
}

std::vector<float> values_of(const RawPixels& picture, const image::Preprocess& spec, uint64_t most) {
  require_pixels(picture.width, picture.height, most);
  return normalized(image::fit_picture({picture.width, picture.height, picture.pixels.data()}, spec), spec);
}

std::vector<float> values_of(const PlanarValues& picture, const image::Preprocess& spec, uint64_t) {
  const size_t plane = static_cast<size_t>(spec.width) * static_cast<size_t>(spec.height);
  require(picture.bytes.size() == plane * 3 * sizeof(float), kWhere, "values of another size");
  std::vector<float> values(plane * 3);
  for (size_t channel = 0; channel < 3; ++channel)
    for (size_t i = 0; i < plane; ++i)
      std::memcpy(&values[i * 3 + channel], picture.bytes.data() + (channel * plane + i) * sizeof(float),
                  sizeof(float));
  if (!all_finite(values)) throw RequestError(400, kWhere, "a value is infinite or NaN");
  return values;
}

}  // namespace

std::vector<float> network_values(const PictureInput& picture, const image::Preprocess& spec,
                                  uint64_t max_pixels) {
  return std::visit([&](const auto& input) { return values_of(input, spec, max_pixels); }, picture);
}

}  // namespace margay::serve
