// Pictures that were never files.
#include <utility>

#include "margay/core/error.h"
#include "margay/data.h"
#include "margay/data/split_names.h"

namespace margay {
namespace {

constexpr const char* kWhere = "data.memory";

}  // namespace

void PicturesInMemory::add(ImageView picture, const std::string& label, const std::string& split) {
  require(picture.pixels != nullptr && picture.width > 0 && picture.height > 0, kWhere,
          "a picture without pixels");
  Image copy(picture.width, picture.height);
  copy.pixels.assign(picture.pixels, picture.pixels + picture.size_bytes());
  keep({.picture = std::move(copy), .label = label}, split);
}

void PicturesInMemory::add(const PixelView& picture, const std::string& label, const std::string& split) {
  keep({.picture = image::to_rgb(picture), .label = label}, split);
}

void PicturesInMemory::add_encoded(std::span<const uint8_t> bytes, const std::string& label,
                                   const std::string& split) {
  require(!bytes.empty(), kWhere, "a picture without bytes");
  keep({.picture = {}, .label = label, .encoded = {bytes.begin(), bytes.end()}}, split);
}

void PicturesInMemory::keep(Example example, const std::string& split) {
  require(!example.label.empty(), kWhere, "a picture without a label");
  const std::string known = split.empty() ? split : data::split_of_name(split);
  require(split.empty() || !known.empty(), kWhere, fmt::format("there is no split '{}'", split),
          "train, validation, test, or none for margay to divide");
  require(splits_.empty() || splits_.front().empty() == known.empty(), kWhere,
          "some pictures have a split and others have not", "say it of all of them, or of none");
  examples_.push_back(std::move(example));
  splits_.push_back(known);
}

size_t PicturesInMemory::size() const {
  return examples_.size();
}
Example PicturesInMemory::get(size_t i) const {
  return examples_.at(i);
}
std::string PicturesInMemory::label(size_t i) const {
  return examples_.at(i).label;
}
std::string PicturesInMemory::split_of(size_t i) const {
  return splits_.at(i);
}

}  // namespace margay
