// Finds the language, and says numbers and lists in it.
#include "margay/text/language.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "margay/core/joined.h"
#include "margay/core/number_text.h"

namespace margay::text {

std::string_view code_of(Language language) {
  return language == Language::chinese ? "zh" : "en";
}

std::string_view html_code_of(Language language) {
  return language == Language::chinese ? "zh-CN" : "en";
}

std::optional<Language> find_language(std::string_view code) {
  const std::string_view first = code.substr(0, code.find_first_of("_-.@"));
  if (first == "zh") return Language::chinese;
  if (first == "en" || first == "C" || first == "POSIX") return Language::english;
  return std::nullopt;
}

Language language_of_locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return find_language(value).value_or(Language::english);
  }
  return Language::english;
}

std::string counted(Language language, int64_t number, const std::string& singular, std::string_view chinese,
                    const std::string& plural) {
  return language == Language::chinese ? fmt::format("{} {}", grouped(number), chinese)
                                       : margay::counted(number, singular, plural);
}

std::string listed(Language language, std::span<const std::string> names, size_t most) {
  if (language == Language::english) return joined(names, most);
  std::string text;
  const bool cut = names.size() > most;
  const size_t shown = cut ? most - 1 : names.size();
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " 和 " : "、";
    text += names[i];
  }
  return cut ? fmt::format("{}等 {} 项", text, grouped(static_cast<int64_t>(names.size()))) : text;
}

std::string duration_text(Language language, double seconds) {
  std::string text = format_duration(seconds);
  if (language == Language::english) return text;
  const auto replace = [&](std::string_view from, std::string_view to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  replace(" min", " 分");
  replace(" h", " 小时");
  replace(" s", " 秒");
  return text;
}

}  // namespace margay::text
