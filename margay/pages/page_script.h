// What the pages can do beyond being read.
#pragma once

#include <string_view>

namespace margay::pages {

/// The script of the pages, the files *.js beside this one: it improves what is there without it, asks for
/// nothing and evaluates no text.
extern const std::string_view kPageScript;

}  // namespace margay::pages
