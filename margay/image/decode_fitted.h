// From encoded bytes to the input of a network, the one way that everything in margay goes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "margay/image/decode.h"
#include "margay/image/preprocess.h"

namespace margay::image {

/// Decodes and fits: `picture` is spec.height x spec.width, and the facts are those of decoding. A JPEG far
/// larger than what the network sees is scaled while decoding (docs/decisions/0004). A function of bytes and
/// spec alone. Throws FormatError. Thread-safe.
Decoded decode_fitted(std::span<const uint8_t> bytes, const Preprocess& spec);

/// The same for a file; the error names it. Throws FormatError or IoError.
Decoded decode_fitted_file(const std::filesystem::path& path, const Preprocess& spec);

}  // namespace margay::image
