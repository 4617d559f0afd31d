// Tells the user what could not be drawn.
#include "apps/margay/drawing.h"

#include <fmt/format.h>

#include "apps/margay/output.h"
#include "margay/plot/gnuplot.h"

namespace margay::app {

bool draw_or_warn(const std::function<void()>& draw) try {
  draw();
  return true;
} catch (const plot::DrawingError& error) {
  print_err("warning: nothing is drawn: {}\n", reason_of(error));
  return false;
}

}  // namespace margay::app
