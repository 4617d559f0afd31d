// From the size of a picture to the size at which a network sees it.
#pragma once

#include "margay/image/image.h"
#include "margay/image/preprocess.h"
#include "margay/image/resize.h"

namespace margay::image {

/// Of a picture, in pixels.
struct Size {
  int width = 0;
  int height = 0;
};

/// The size of the whole picture once scaled, before anything is cut off or padded.
Size fitted_size(Size picture, const Preprocess& spec);

/// fit_picture for a picture that was scaled before: its part `box` shows what had `stands_for` pixels.
Image fit_picture(ImageView picture, const Box& box, Size stands_for, const Preprocess& spec);

}  // namespace margay::image
