// The message up to the first hint, which follows a sentence or stands on a line of its own.
#include "margay/core/bare_reason.h"

#include <algorithm>

#include "margay/core/error.h"

namespace margay {

std::string bare_reason(const std::exception& error) {
  std::string reason = reason_of(error);
  const size_t hint = std::min(reason.find(" Hint: "), reason.find("\nHint: "));
  if (hint == reason.npos) return reason;
  reason.resize(hint);
  if (reason.ends_with('.')) reason.pop_back();
  return reason;
}

}  // namespace margay
