// Rows of pictures with captions, as people look at data sets and at what a network gets wrong.
#pragma once

#include <span>
#include <string>

#include "margay/image/image.h"

namespace margay::draw {

/// One picture and what is written below it.
struct Tile {
  image::ImageView picture;
  std::string caption{};
  std::string sub_caption{};  ///< a second, quieter line; may be empty
};

/// How pictures stand in a grid.
struct GridOptions {
  int columns = 0;         ///< tiles in a row; 0 = all in one row up to 6, then about as wide as high
  std::string title{};     ///< above the tiles; may be empty
  std::string subtitle{};  ///< below the title; may be empty
  int enlarge_to_px =
      150;  ///< smaller pictures grow by the largest whole factor that keeps their longer side within it
  int reduce_to_px =
      0;  ///< longer sides than this are reduced (resampled); 0 = never, every picture is shown 1:1

  /// Throws UsageError.
  void validate() const;
};

/// Draws the tiles on a light ground. Pictures show their exact pixels, 1:1 or enlarged by whole factors,
/// unless `reduce_to_px` says otherwise or the grid would be larger than a canvas. Throws UsageError for no
/// tiles, or pictures without pixels.
image::Image draw_picture_grid(std::span<const Tile> tiles, const GridOptions& asked = {});

}  // namespace margay::draw
