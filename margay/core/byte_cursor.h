// Bytes read from front to back, each step checked against the end.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "margay/core/error.h"

namespace margay {

/// Views bytes that outlive it. What goes beyond the end throws FormatError.
class ByteCursor {
 public:
  /// `where` names the bytes in messages.
  ByteCursor(std::span<const uint8_t> bytes, std::string where) : bytes_(bytes), where_(std::move(where)) {}

  const std::string& where() const { return where_; }
  size_t position() const { return position_; }
  size_t left() const { return bytes_.size() - position_; }

  std::span<const uint8_t> take(uint64_t count) {
    if (count > left())
      throw FormatError(where_, fmt::format("it is truncated: {} bytes are wanted at byte {}, {} are left",
                                            count, position_, left()));
    const auto taken = bytes_.subspan(position_, count);
    position_ += count;
    return taken;
  }
  std::string_view text(uint64_t count) {
    const auto taken = take(count);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  /// Up to the next line feed, which is taken too.
  std::string_view line() {
    const auto rest = bytes_.subspan(position_);
    const auto end = std::find(rest.begin(), rest.end(), '\n');
    const std::string_view taken = text(static_cast<uint64_t>(end - rest.begin()));
    take(1);
    return taken;
  }
  /// Little-endian.
  template <std::integral T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

 private:
  std::span<const uint8_t> bytes_;
  std::string where_;
  size_t position_ = 0;
};

}  // namespace margay
