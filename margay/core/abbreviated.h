// Messages quote what people type and what files hold, which may be of any size.
#pragma once

#include <string>
#include <string_view>

namespace margay {

/// `text`, well-formed UTF-8, without the middle of what nobody reads to its end: words of more than 400
/// bytes, then lines of more than 4,000. What is left out is counted in its place.
std::string abbreviated(std::string_view text);

}  // namespace margay
