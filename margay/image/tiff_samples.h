// The samples of a TIFF as numbers, a few rows at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "margay/image/tiff_layout.h"

namespace margay::image {

/// Of one row, [width, needed], as they are in the file; `needed` are the colours and, if there is one,
/// alpha.
using TiffRow = std::span<const double>;

/// Samples of a pixel that are needed for its colour.
int needed_samples(const TiffLayout& layout);

/// Memory that for_each_row takes at the most for the page that is open.
uint64_t band_bytes(const TiffFile& file);

/// Reads all blocks and gives every row, from top to bottom. Throws FormatError.
void for_each_row(const TiffFile& file, const TiffLayout& layout,
                  const std::function<void(int y, TiffRow row)>& use);

}  // namespace margay::image
