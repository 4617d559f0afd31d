// Takes the place off a message.
#include "margay/image/reason.h"

#include <string_view>

namespace margay::image {

std::string reason_of(const std::exception& error) {
  const std::string_view message = error.what();
  const size_t end = message.starts_with('[') ? message.find("] ") : message.npos;
  return std::string(end == message.npos ? message : message.substr(end + 2));
}

}  // namespace margay::image
