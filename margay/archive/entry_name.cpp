// Names are bytes here: nothing is decoded, folded or resolved.
#include "margay/archive/entry_name.h"

#include <algorithm>

#include "margay/core/utf8.h"

namespace margay::archive {
namespace {

constexpr size_t kMaxNameBytes = 1024;
constexpr size_t kShownLetters = 200;

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7F;
}

}  // namespace

std::string_view fault_of_name(std::string_view name) {
  if (name.empty()) return "a name that is empty";
  if (name.size() > kMaxNameBytes) return "a name that is too long";
  if (name.front() == '/') return "a name that is absolute";
  if (std::any_of(name.begin(), name.end(), [](char c) { return is_control(c) || c == '\\'; }))
    return "a name with a control character or a backslash";
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return "a name with '..'";
    begin = end + 1;
  }
  return {};
}

std::string shown_name(std::string_view name) {
  return shortened(name, kShownLetters);
}

}  // namespace margay::archive
