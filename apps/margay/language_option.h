// --language: what the pages are written in.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "margay/text/language.h"

namespace margay::app {

/// Adds --language; without it, the locale decides.
void add_language_option(CLI::App& command, std::string& language, const std::string& pages);

/// Throws UsageError for a language that no page is written in.
text::Language language_of(const std::string& language);

/// The same where `html` is the page to write, empty for none: a language without one is a UsageError, too.
text::Language language_of_page(const std::string& language, const std::string& html, std::string_view where);

}  // namespace margay::app
