// From a file to the input of a network, where a broken file is a value and not an error.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <span>
#include <string>
#include <variant>

#include "margay/image/decode.h"
#include "margay/image/preprocess.h"

namespace margay::data {

/// The fitted picture with what is to be known about it, or the reason why there is none. Nothing is thrown.
/// Thread-safe.
std::variant<image::Decoded, std::string> fit_bytes(std::span<const uint8_t> bytes,
                                                    const image::Preprocess& spec);

/// `error` as the reason for skipping `path`, which whoever shows the reason shows beside it.
std::string skip_reason(const std::exception& error, const std::filesystem::path& path);

}  // namespace margay::data
