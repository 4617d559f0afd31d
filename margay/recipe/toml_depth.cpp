// Walks over a text of TOML, strings and comments aside, and counts dots and brackets.
#include "margay/recipe/toml_depth.h"

#include <algorithm>

#include "margay/core/error.h"

namespace margay::recipe {
namespace {

constexpr int kMost = 16;

class Walk {
 public:
  Walk(std::string_view text, std::string_view where) : rest_(text), where_(where) {}

  void run() {
    while (!rest_.empty()) step();
  }

 private:
  void step() {
    switch (const char letter = rest_.front()) {
      case '#':
        return skip(rest_.find('\n'));
      case '"':
      case '\'':
        return skip_string(letter);
      case '.':
        require(++dots_ < kMost, where_, fmt::format("line {}: a key has more than {} parts", line_, kMost));
        break;
      case '[':
      case '{':
        require(++depth_ <= kMost, where_,
                fmt::format("line {}: nested more than {} levels deep", line_, kMost));
        dots_ = 0;
        break;
      case ']':
      case '}':
        --depth_;
        dots_ = 0;
        break;
      case '\n':
      case '=':
      case ',':
        dots_ = 0;
        break;
      default:
        break;
    }
    skip(1);
  }

  void skip(size_t count) {
    count = std::min(count, rest_.size());
    line_ += std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count), '\n');
    rest_.remove_prefix(count);
  }

  void skip_string(char quote) {
    const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
    const bool many_lines = rest_.starts_with(three);
    const std::string_view end = many_lines ? three : three.substr(0, 1);
    size_t at = end.size();
    while (at < rest_.size() && !rest_.substr(at).starts_with(end)) {
      if (!many_lines && rest_[at] == '\n') return skip(at);  // which is an error
      at += quote == '"' && rest_[at] == '\\' ? 2 : 1;
    }
    at += end.size();
    // Up to two more quotes belong to a text of many lines.
    for (int more = 0; many_lines && more < 2 && at < rest_.size() && rest_[at] == quote; ++more) ++at;
    skip(at);
  }

  std::string_view rest_, where_;
  std::ptrdiff_t line_ = 1;
  int dots_ = 0;
  int depth_ = 0;
};

}  // namespace

void require_shallow_toml(std::string_view text, std::string_view where) {
  Walk(text, where).run();
}

}  // namespace margay::recipe
