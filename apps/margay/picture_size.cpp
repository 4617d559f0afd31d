// Reads a number, or two with an x between them.
#include "apps/margay/picture_size.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <system_error>

#include "margay/core/error.h"

namespace margay::app {

using recipe::PictureSize;

PictureSize parse_size(const std::string& text) {
  const auto number = [&](std::string_view digits) {
    int value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failure == std::errc() && end == digits.data() + digits.size() ? value : 0;
  };
  const size_t cross = text.find('x');
  const std::string_view all = text;
  const PictureSize size = cross == text.npos
                               ? PictureSize{number(all), number(all)}
                               : PictureSize{number(all.substr(0, cross)), number(all.substr(cross + 1))};
  require(size.width > 0 && size.height > 0, "command line", fmt::format("--size {} is no size", text),
          "pixels of a square, such as 150, or width x height, such as 160x120");
  return size;
}

}  // namespace margay::app
