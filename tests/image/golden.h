// Reads the golden pictures of tests/image/data (made by make_golden.py there) and measures distances to
// them.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "margay/image/decode.h"
#include "margay/image/image.h"

namespace margay::test {

inline std::filesystem::path golden_path(const std::string& name) {
  return std::filesystem::path(MARGAY_TEST_FOLDER) / "image" / "data" / name;
}

inline image::Image golden(const std::string& name) {
  return image::decode_file(golden_path(name + ".golden.png"));
}

/// The largest difference of two values of pictures, which must be of one shape.
inline int largest_difference(const image::Image& a, const image::Image& b) {
  REQUIRE(a.width == b.width);
  REQUIRE(a.height == b.height);
  int largest = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i)
    largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

}  // namespace margay::test
