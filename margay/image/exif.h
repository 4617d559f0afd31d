// The one thing that margay wants from EXIF: how the camera was held.
#pragma once

#include <cstdint>
#include <span>

namespace margay::image {

/// Orientation 1 to 8 of a TIFF block as EXIF stores it (from "II" or "MM" on); 1 where it is absent or
/// malformed, since a picture with a broken note is still a picture. Never reads outside `tiff`.
int exif_orientation(std::span<const uint8_t> tiff);

}  // namespace margay::image
