// The eight orientations are three bits: swap the axes, then mirror each.
#include "margay/image/orientation.h"

#include <cstring>
#include <utility>

namespace margay::image {
namespace {

/// How the stored picture becomes the seen one: first the axes change places, then the result is mirrored.
struct Turn {
  bool transpose = false;
  bool mirror_x = false;
  bool mirror_y = false;
};

Turn turn_of(int orientation) {
  switch (orientation) {
    case 2:
      return {false, true, false};
    case 3:
      return {false, true, true};
    case 4:
      return {false, false, true};
    case 5:
      return {true, false, false};
    case 6:
      return {true, true, false};
    case 7:
      return {true, true, true};
    case 8:
      return {true, false, true};
    default:
      return {};
  }
}

}  // namespace

Image oriented(Image picture, int orientation) {
  const Turn turn = turn_of(orientation);
  if (!turn.transpose && !turn.mirror_x && !turn.mirror_y) return picture;
  Image seen(turn.transpose ? picture.height : picture.width,
             turn.transpose ? picture.width : picture.height);
  uint8_t* out = seen.pixels.data();
  for (int y = 0; y < seen.height; ++y) {
    for (int x = 0; x < seen.width; ++x, out += 3) {
      const int u = turn.mirror_x ? seen.width - 1 - x : x;
      const int v = turn.mirror_y ? seen.height - 1 - y : y;
      const size_t from = turn.transpose ? static_cast<size_t>(u) * picture.width + v
                                         : static_cast<size_t>(v) * picture.width + u;
      std::memcpy(out, picture.pixels.data() + from * 3, 3);
    }
  }
  return seen;
}

Box oriented(const Box& part, const Image& stored, int orientation) {
  const Turn turn = turn_of(orientation);
  Box seen = part;
  double width = stored.width, height = stored.height;
  if (turn.transpose) {
    seen = {part.y, part.x, part.height, part.width};
    std::swap(width, height);
  }
  if (turn.mirror_x) seen.x = width - seen.x - seen.width;
  if (turn.mirror_y) seen.y = height - seen.y - seen.height;
  return seen;
}

}  // namespace margay::image
