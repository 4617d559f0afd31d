// The message up to the first hint.
#include "margay/core/bare_reason.h"

#include "margay/core/error.h"

namespace margay {

std::string bare_reason(const std::exception& error) {
  std::string reason = reason_of(error);
  const size_t hint = reason.find(" Hint: ");
  if (hint == reason.npos) return reason;
  reason.resize(hint);
  if (reason.ends_with('.')) reason.pop_back();
  return reason;
}

}  // namespace margay
