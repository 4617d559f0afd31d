// What the boxes around the codestream of a JPEG 2000 file say and OpenJPEG does not pass on.
#pragma once

#include <cstdint>
#include <span>

namespace margay::image {

/// OpenJPEG takes colour spaces that it does not know for RGB, Lab among them. Throws FormatError where the
/// first colr box names such a one.
void require_known_color_space(std::span<const uint8_t> bytes);

}  // namespace margay::image
