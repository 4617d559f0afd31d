// A value that a setting cannot have, told so that an option which stands for the setting can be blamed
// instead.
#pragma once

#include <string>
#include <string_view>

#include "margay/core/error.h"

namespace margay::recipe {

/// "[file] optimizer.lr is -1; expected a number from 0 to 10".
class SettingError : public UsageError {
 public:
  SettingError(std::string_view where, std::string key, std::string_view found, std::string_view expected,
               std::string_view hint)
      : UsageError(where, fmt::format("{} is {}; expected {}", key, found, expected), hint),
        key_(std::move(key)),
        found_(found),
        expected_(expected),
        hint_(hint) {}

  /// The same, blamed on something else.
  SettingError at(std::string_view where) const { return {where, key_, found_, expected_, hint_}; }

  const std::string& key() const noexcept { return key_; }  ///< "optimizer.lr"
  const std::string& expected() const noexcept { return expected_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string key_, found_, expected_, hint_;
};

}  // namespace margay::recipe
