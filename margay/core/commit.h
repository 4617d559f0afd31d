// Which state of margay's source this is.
#pragma once

#include <string_view>

namespace margay {

/// The commit that was built, 40 hexadecimal digits, with "-changed" behind it where tracked files were not
/// committed; "unknown" where the source was no git checkout. The build makes its source: cmake/commit.cmake.
std::string_view commit();

}  // namespace margay
