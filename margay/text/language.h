// The languages that pages are written in. A sentence is said in both at one place, so that none is left out.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace margay::text {

enum class Language { english, chinese };

/// "en" or "zh".
std::string_view code_of(Language language);
/// "en" or "zh-CN": as the attribute lang of a page has it.
std::string_view html_code_of(Language language);
/// Of "en", "zh" and locales such as "zh_CN.UTF-8"; nothing for others.
std::optional<Language> find_language(std::string_view code);
/// Of the environment: the first of LC_ALL, LC_MESSAGES and LANG that says something; else English.
Language language_of_locale();

/// The sentence in a language. Both are formatted with the same arguments, which they may have in another
/// order
/// ("{1}"); the compiler checks both.
template <class... Arguments>
std::string say(Language language, fmt::format_string<Arguments...> english,
                fmt::format_string<Arguments...> chinese, Arguments&&... arguments) {
  return language == Language::chinese ? fmt::format(chinese, std::forward<Arguments>(arguments)...)
                                       : fmt::format(english, std::forward<Arguments>(arguments)...);
}

/// A word or a sentence without numbers.
struct Words {
  std::string_view english;
  std::string_view chinese;
  std::string in(Language language) const {
    return std::string(language == Language::chinese ? chinese : english);
  }
};

/// "1 picture", "2,000 pictures"; "2,000 张图片". `chinese` has the measure word: "张图片".
std::string counted(Language language, int64_t number, const std::string& singular, std::string_view chinese,
                    const std::string& plural = {});

/// "cats, dogs and birds", "cats、dogs 和 birds"; beyond `most` names "a, b and 8 more".
std::string listed(Language language, std::span<const std::string> names, size_t most = 6);

/// "3 min 20 s", "3 分 20 秒".
std::string duration_text(Language language, double seconds);

}  // namespace margay::text
