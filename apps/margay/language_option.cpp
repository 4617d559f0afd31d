// Reads --language.
#include "apps/margay/language_option.h"

#include "margay/core/error.h"

namespace margay::app {

void add_language_option(CLI::App& command, std::string& language, const std::string& pages) {
  command.add_option(
      "--language", language,
      "of " + pages + ": en or zh (default: as the locale says, in LC_ALL, LC_MESSAGES or LANG)");
}

text::Language language_of(const std::string& language) {
  if (language.empty()) return text::language_of_locale();
  const auto found = text::find_language(language);
  require(found.has_value(), "language", fmt::format("there are no pages in '{}'", language), "en or zh");
  return *found;
}

text::Language language_of_page(const std::string& language, const std::string& html,
                                std::string_view where) {
  require(language.empty() || !html.empty(), where, "--language belongs to --html",
          "name the page: --html page.html");
  return language_of(language);
}

}  // namespace margay::app
