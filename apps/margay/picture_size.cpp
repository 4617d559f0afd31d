// Reads a number, or two with an x between them.
#include "apps/margay/picture_size.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <system_error>

#include "margay/core/error.h"

namespace margay::app {
namespace {

/// A list is for a search, in which each side is a setting of its own.
std::string hint_for(const std::string& text) {
  const bool is_several = text.find(',') != text.npos || text.find("..") != text.npos;
  if (!is_several) return "pixels of a square, such as 150, or width x height, such as 160x120";
  const bool is_plain = text.find_first_not_of("0123456789,.") == text.npos;
  return fmt::format(
      "'margay sweep' tries several values, each width with each height: --set input.width={0} "
      "--set input.height={0}",
      is_plain ? text : "32,64");
}

}  // namespace

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
          hint_for(text));
  return size;
}

}  // namespace margay::app
