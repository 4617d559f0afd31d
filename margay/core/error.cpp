// How error messages are put together.
#include "margay/core/error.h"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include "margay/core/abbreviated.h"
#include "margay/core/printable.h"

namespace margay {
namespace {

std::string compose(std::string_view where, std::string_view problem, std::string_view hint) {
  std::string text = fmt::format("[{}] {}", where, problem);
  if (!hint.empty()) {
    // What ends with a list has the hint on a line of its own.
    if (text.back() != '\n')
      text += std::string_view(".?!").find(text.back()) == std::string_view::npos ? ". " : " ";
    text += fmt::format("Hint: {}", hint);
  }
  return abbreviated(printable_message(text));
}

std::string_view hint_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full: make room, or write elsewhere";
    case EROFS:
      return "that place is read-only: write elsewhere";
    case EACCES:
    case EPERM:
      return "this user may not: change the permissions, or choose another place";
    case EEXIST:
      return "something else of that name is in the way";
    case ELOOP:
      return "a link in it leads back to itself";
    case ENAMETOOLONG:
      return "no file system takes a name of that length: choose a shorter one";
    case EIO:
      return "the disk failed: look at its health";
    default:
      return {};
  }
}

}  // namespace

Error::Error(std::string_view where, std::string_view problem, std::string_view hint)
    : std::runtime_error(compose(where, problem, hint)) {}

IoError io_error_from_errno(std::string_view where, std::string_view problem) {
  const int number = errno;
  const std::string reason = std::generic_category().message(number);
  return IoError(where, fmt::format("{}: {}", problem, reason), hint_for(number));
}

std::string reason_of(const std::exception& error) {
  const std::string_view message = error.what();
  const size_t end = message.starts_with('[') ? message.find("] ") : message.npos;
  return std::string(end == message.npos ? message : message.substr(end + 2));
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last, last, row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace margay
