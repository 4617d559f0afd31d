// The version of margay.
#pragma once

namespace margay {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace margay
