// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace margay {

/// "10,641,441"
std::string grouped(int64_t number);

/// A learning rate with two digits, as people write it: "0.05", "0.0003", "1e-5".
std::string format_rate(double rate);

/// "805 MB", "3.22 GB": three digits.
std::string format_bytes(uint64_t bytes);

/// "3 min 20 s", "12 s", "1 h 5 min".
std::string format_duration(double seconds);

}  // namespace margay
