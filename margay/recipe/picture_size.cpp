// What is no table, no number or out of range is left as it is, and refused where it is read.
#include "margay/recipe/picture_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/image/preprocess.h"

namespace margay::recipe {
namespace {

/// The table of that name; null where it is no table.
Json* table_of(Json& document, const char* name) {
  Json& table = document[name];
  if (table.is_null()) table = Json::object();
  return table.is_object() ? &table : nullptr;
}

bool is_side(const Json& value, int most) {
  return value.is_number_integer() && value >= 1 && value <= most;
}

/// 0 where it is no number of pixels.
int pixels_of(const Json& input, const char* key, int otherwise) {
  const auto found = input.find(key);
  if (found == input.end()) return otherwise;
  return is_side(*found, image::Preprocess::kMaxSide) ? found->get<int>() : 0;
}

/// From those of pictures whose longer side is `before` to those of `longer`.
void scale_sizes(Json& sizes, int before, int longer) {
  constexpr int kMultiple = 8;  // pixels, which sizes are rounded to
  for (Json& size : sizes) {
    if (!is_side(size, before)) continue;
    const double scaled = size.get<double>() * longer / before / kMultiple;
    size = std::clamp(static_cast<int>(std::lround(scaled)) * kMultiple, std::min(kMultiple, longer), longer);
  }
}

}  // namespace

std::string PictureSize::to_text() const {
  return width == height ? fmt::format("{}", width) : fmt::format("{}x{}", width, height);
}

void let_sizes_follow(Json& document, const PictureSize& size) {
  const Json* input = table_of(document, "input");  // may add it, so that no iterator is older
  const auto schedule = document.find("schedule");
  if (input == nullptr || schedule == document.end() || !schedule->is_object()) return;
  const image::Preprocess otherwise;
  const int before =
      std::max(pixels_of(*input, "width", otherwise.width), pixels_of(*input, "height", otherwise.height));
  const int longer = std::max(size.width, size.height);
  if (const auto sizes = schedule->find("sizes"); sizes != schedule->end() && sizes->is_array())
    scale_sizes(*sizes, before, longer);
}

void let_resolution_follow(Json& document, const PictureSize& size) {
  Json* network = table_of(document, "network");
  if (network != nullptr && network->contains("weights") && size.width == size.height)
    (*network)["resolution"] = size.width;
}

void put_size(Json& document, const PictureSize& size) {
  Json* input = table_of(document, "input");
  if (input == nullptr) return;
  (*input)["width"] = size.width;
  (*input)["height"] = size.height;
  if (pixels_of(*input, "resize", 0) > 0 && size.width != size.height) (*input)["resize"] = 0;
}

}  // namespace margay::recipe
