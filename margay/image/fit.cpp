// Gives a picture of any shape the shape of the network.
#include "margay/image/fit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "margay/core/error.h"
#include "margay/image/resize.h"

namespace margay::image {
namespace {

Size scaled(Size picture, double factor) {
  return {std::max(1, static_cast<int>(std::lround(picture.width * factor))),
          std::max(1, static_cast<int>(std::lround(picture.height * factor)))};
}

/// The shorter side becomes `length`, the longer follows, rounded down, as torchvision's Resize does.
Size with_shorter_side(Size picture, int length) {
  const auto longer = [&](int side, int shorter) {
    return static_cast<int>(static_cast<int64_t>(length) * side / shorter);
  };
  if (picture.width <= picture.height) return {length, longer(picture.height, picture.width)};
  return {longer(picture.width, picture.height), length};
}

/// The smallest that covers the network's input.
Size covering(Size picture, const Preprocess& spec) {
  const double factor = std::max(static_cast<double>(spec.width) / picture.width,
                                 static_cast<double>(spec.height) / picture.height);
  const Size size = scaled(picture, factor);
  return {std::max(size.width, spec.width), std::max(size.height, spec.height)};
}

/// The largest that is inside the network's input.
Size inside(Size picture, const Preprocess& spec) {
  const double factor = std::min(static_cast<double>(spec.width) / picture.width,
                                 static_cast<double>(spec.height) / picture.height);
  const Size size = scaled(picture, factor);
  return {std::min(size.width, spec.width), std::min(size.height, spec.height)};
}

Image cropped(ImageView picture, const Box& box, Size size, const Preprocess& spec) {
  // nearbyint rounds halves to even, as the round of Python in torchvision's CenterCrop.
  const Window window{static_cast<int>(std::nearbyint((size.width - spec.width) / 2.0)),
                      static_cast<int>(std::nearbyint((size.height - spec.height) / 2.0)), spec.width,
                      spec.height};
  return resize(picture, box, size.width, size.height, spec.kernel, window);
}

Image padded(const Image& inner, const Preprocess& spec) {
  Image out(spec.width, spec.height);
  std::fill(out.pixels.begin(), out.pixels.end(), static_cast<uint8_t>(spec.pad_value));
  const int left = (spec.width - inner.width) / 2;
  const int top = (spec.height - inner.height) / 2;
  for (int y = 0; y < inner.height; ++y)
    std::memcpy(out.pixels.data() + (static_cast<size_t>(top + y) * spec.width + left) * 3,
                inner.pixels.data() + static_cast<size_t>(y) * inner.width * 3,
                static_cast<size_t>(inner.width) * 3);
  return out;
}

}  // namespace

Size fitted_size(Size picture, const Preprocess& spec) {
  require(picture.width > 0 && picture.height > 0, "image.fit", "the picture has no pixels");
  switch (spec.fit) {
    case ResizeMode::squash:
      break;
    case ResizeMode::crop:
      return spec.resize > 0 ? with_shorter_side(picture, spec.resize) : covering(picture, spec);
    case ResizeMode::pad:
      return inside(picture, spec);
  }
  return {spec.width, spec.height};
}

Image fit_picture(ImageView picture, const Box& box, Size stands_for, const Preprocess& spec) {
  const Size size = fitted_size(stands_for, spec);
  if (spec.fit == ResizeMode::crop) return cropped(picture, box, size, spec);
  Image inner = resize(picture, box, size.width, size.height, spec.kernel, {0, 0, size.width, size.height});
  return spec.fit == ResizeMode::pad ? padded(inner, spec) : inner;
}

Image fit_picture(ImageView picture, const Preprocess& spec) {
  return fit_picture(picture, whole(picture), {picture.width, picture.height}, spec);
}

}  // namespace margay::image
