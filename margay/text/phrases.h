// Numbers and lists as people write them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "margay/core/joined.h"
#include "margay/core/number_text.h"
#include "margay/text/language.h"

namespace margay::text {

using margay::counted;
using margay::grouped;
/// "71.0 %"; a dash for NaN.
std::string percent_1(double share);
/// "71.0 %" for how sure a model is; "over 99.9 %" in place of a 100 % that it is not.
std::string certainty_text(double probability, Language language = Language::english);
/// "50 %", "33.3 %".
std::string percent_short(double share);
/// A loss or another number that may be of any size: "0.583", "12.4", "3.2e17"; "nan" and "inf" as they are.
std::string loss_text(double value);
/// "0.583"; a dash for NaN, "3.2e17" where it is large.
std::string decimal_3(double value);
/// "0.5831"; "nan" and "inf" as they are, "3.2e17" where it is large.
std::string decimal_4(double value);

/// "0.35 s", "20 s", "less than 0.01 s": two times that differ by little are told apart, and no work takes 0
/// s.
std::string short_time_text(double seconds, Language language = Language::english);
/// "600 images/s"; "0.4 images/s" of a network that takes more than a second for a picture.
std::string speed_text(double images_per_second, Language language = Language::english);

}  // namespace margay::text
