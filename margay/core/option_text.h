// How messages name options, whatever a program calls them.
#pragma once

#include <string>
#include <string_view>

namespace margay {

/// `name`, or `name=value`, between backquotes: "`validation=0.2`". Names are those of config.toml and of
/// options in C++; the value is as it is, but for backquotes in it, which are doubled. A reader of C++ or of
/// a server understands it so; a program with a command line puts the option of its own in its place.
std::string option_text(std::string_view name, std::string_view value = {});

}  // namespace margay
