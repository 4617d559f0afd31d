// The hint of a message follows a sentence or stands on a line of its own.
#include "margay/core/bare_reason.h"

#include <string_view>

#include "margay/core/error.h"

namespace margay {

namespace {

constexpr std::string_view kMark = "Hint: ";

/// Where the mark of the first hint stands; npos: there is none.
size_t place_of_hint(const std::string& reason) {
  size_t place = reason.find(kMark);
  while (place != reason.npos && (place == 0 || (reason[place - 1] != ' ' && reason[place - 1] != '\n')))
    place = reason.find(kMark, place + 1);
  return place;
}

}  // namespace

std::string bare_reason(const std::exception& error) {
  std::string reason = reason_of(error);
  const size_t hint = place_of_hint(reason);
  if (hint == reason.npos) return reason;
  reason.resize(hint - 1);
  if (reason.ends_with('.')) reason.pop_back();
  return reason;
}

std::string hint_of(const std::exception& error) {
  const std::string reason = reason_of(error);
  const size_t hint = place_of_hint(reason);
  return hint == reason.npos ? "" : reason.substr(hint + kMark.size());
}

}  // namespace margay
