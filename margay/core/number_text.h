// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace margay {

/// "10,641,441"
std::string grouped(int64_t number);

/// "1 picture", "2,000 pictures"; `plural` defaults to `singular` with an s.
std::string counted(int64_t number, const std::string& singular, std::string plural = {});

/// "3 of the 20 pictures are", "1 of the 20 pictures is", "the only picture is": a part of several things as
/// the subject of a sentence, with what it does.
std::string part_of(int64_t part, int64_t all, const std::string& singular,
                    const std::string& one_does = "is", const std::string& several_do = "are");

/// A learning rate with two digits, as people write it: "0.05", "0.0003", "1e-5".
std::string format_rate(double rate);

/// "805 MB", "3.22 GB", "12 B": three digits at the most; units of 1,000.
std::string format_bytes(double bytes);

/// "3 min 20 s", "12 s", "1 h 5 min".
std::string format_duration(double seconds);

}  // namespace margay
