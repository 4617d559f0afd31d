// Gives a picture of any shape the shape of the network.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "margay/core/error.h"
#include "margay/image/preprocess.h"
#include "margay/image/resize.h"

namespace margay::image {
namespace {

struct Size {
  int width = 0;
  int height = 0;
};

Size scaled(ImageView picture, double factor) {
  return {std::max(1, static_cast<int>(std::lround(picture.width * factor))),
          std::max(1, static_cast<int>(std::lround(picture.height * factor)))};
}

/// The shorter side becomes `length`, the longer follows, rounded down, as torchvision's Resize does.
Size with_shorter_side(ImageView picture, int length) {
  const auto longer = [&](int side, int shorter) {
    return static_cast<int>(static_cast<int64_t>(length) * side / shorter);
  };
  if (picture.width <= picture.height) return {length, longer(picture.height, picture.width)};
  return {longer(picture.width, picture.height), length};
}

Size covering(ImageView picture, const Preprocess& spec) {
  const double factor = std::max(static_cast<double>(spec.width) / picture.width,
                                 static_cast<double>(spec.height) / picture.height);
  const Size size = scaled(picture, factor);
  return {std::max(size.width, spec.width), std::max(size.height, spec.height)};
}

Image cropped(ImageView picture, const Preprocess& spec) {
  const Size size = spec.resize > 0 ? with_shorter_side(picture, spec.resize) : covering(picture, spec);
  // nearbyint rounds halves to even, as the round of Python in torchvision's CenterCrop.
  const Window window{static_cast<int>(std::nearbyint((size.width - spec.width) / 2.0)),
                      static_cast<int>(std::nearbyint((size.height - spec.height) / 2.0)), spec.width,
                      spec.height};
  return resize(picture, size.width, size.height, spec.kernel, window);
}

Image padded(ImageView picture, const Preprocess& spec) {
  const double factor = std::min(static_cast<double>(spec.width) / picture.width,
                                 static_cast<double>(spec.height) / picture.height);
  Size size = scaled(picture, factor);
  size = {std::min(size.width, spec.width), std::min(size.height, spec.height)};
  const Image inner = resize(picture, size.width, size.height, spec.kernel);
  Image out(spec.width, spec.height);
  std::fill(out.pixels.begin(), out.pixels.end(), static_cast<uint8_t>(spec.pad_value));
  const int left = (spec.width - size.width) / 2;
  const int top = (spec.height - size.height) / 2;
  for (int y = 0; y < size.height; ++y)
    std::memcpy(out.pixels.data() + (static_cast<size_t>(top + y) * spec.width + left) * 3,
                inner.pixels.data() + static_cast<size_t>(y) * size.width * 3,
                static_cast<size_t>(size.width) * 3);
  return out;
}

}  // namespace

Image fit_picture(ImageView picture, const Preprocess& spec) {
  require(picture.width > 0 && picture.height > 0, "image.fit", "the picture has no pixels");
  switch (spec.fit) {
    case Fit::squash:
      return resize(picture, spec.width, spec.height, spec.kernel);
    case Fit::crop:
      return cropped(picture, spec);
    case Fit::pad:
      return padded(picture, spec);
  }
  return {};
}

}  // namespace margay::image
