// Checks of what options are given, all of one style: "--epochs is '1.5', expected a whole number from 1 to
// 1000000". They come before CLI11 makes a number of the text, which takes others for something.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace margay::app {

/// Throws UsageError unless the value is a whole number within the bounds, in digits alone. Help shows them.
CLI::Validator whole_number(const std::string& option, int64_t low, int64_t high);
/// What seeds may be, which TOML can write down.
inline CLI::Validator seed_number(const std::string& option) {
  return whole_number(option, 0, std::numeric_limits<int64_t>::max()).description("");
}

/// Throws UsageError unless the value is a finite number within the bounds.
CLI::Validator real_number(const std::string& option, double low, double high);

/// Throws UsageError unless the value is a size such as 500MB or 2GB; makes bytes of it. For `transform`.
CLI::Validator size_in_bytes(const std::string& option);

/// How many values an option takes at once.
enum class Values {
  one,
  searched,  ///< by a sweep: one, a list or a range
};

/// Throws UsageError unless the setting `key`, for which the option stands, can have the value. For
/// `transform`: numbers such as .5 become those of TOML.
CLI::Validator setting_value(const std::string& option, const std::string& key, Values values = Values::one);

}  // namespace margay::app
