// Runs the plotting program gnuplot, without a shell and without files.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "margay/core/error.h"

namespace margay::plot {

/// A plot could not be drawn: gnuplot is missing or failed. Whoever has results without the plot goes on.
class DrawingError : public IoError {
 public:
  using IoError::IoError;
};

/// Feeds `script` to gnuplot and returns the bytes that its terminal writes to standard output; the script
/// must not set another output. Throws DrawingError with the end of gnuplot's messages, with the package to
/// install where it is missing, and where it has not ended within `limit`: it is ended then, and the next one
/// gets less time until one ends by itself.
std::string run_gnuplot(std::string_view script, std::chrono::milliseconds limit = std::chrono::seconds(60));

/// `text` as a gnuplot string that means exactly these characters; control characters and what is not UTF-8
/// become '?'.
std::string gnuplot_string(std::string_view text);

}  // namespace margay::plot
