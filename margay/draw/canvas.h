// A canvas to draw shapes, text and pictures on; the drawing library behind it shows nowhere else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "margay/image/image.h"

namespace margay::draw {

/// Red, green, blue and opacity, each in [0, 1]; not premultiplied.
struct Color {
  double red = 0;
  double green = 0;
  double blue = 0;
  double alpha = 1;

  bool operator==(const Color&) const = default;
};

/// The colour 0xRRGGBB with the given opacity.
constexpr Color rgb(uint32_t hex, double alpha = 1) {
  return {((hex >> 16) & 255) / 255.0, ((hex >> 8) & 255) / 255.0, (hex & 255) / 255.0, alpha};
}

/// `from` at 0, `to` at 1, opacity included.
constexpr Color mix(const Color& from, const Color& to, double t) {
  return {from.red + (to.red - from.red) * t, from.green + (to.green - from.green) * t,
          from.blue + (to.blue - from.blue) * t, from.alpha + (to.alpha - from.alpha) * t};
}

/// The same colour with another opacity.
constexpr Color with_alpha(Color color, double alpha) {
  color.alpha = alpha;
  return color;
}

/// All lengths are in units of the canvas (before its transformation), which are pixels unless it says
/// otherwise; y grows downwards.
struct Point {
  double x = 0;
  double y = 0;
};

/// An upright rectangle, in pixels.
struct Rectangle {
  double x = 0;  ///< left edge
  double y = 0;  ///< upper edge
  double width = 0;
  double height = 0;
};

/// Whole pixels: columns [x, x + width), rows [y, y + height).
struct PixelBox {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  bool operator==(const PixelBox&) const = default;
};

/// A colour at a place of a gradient.
struct GradientStop {
  double offset = 0;  ///< 0 to 1
  Color color;
};

/// Colours along a line.
struct LinearGradient {
  Point from;
  Point to;
  std::vector<GradientStop> stops;
};

/// Colours from a centre outwards.
struct RadialGradient {
  Point center;
  double radius = 1;
  std::vector<GradientStop> stops;  ///< 0 is the centre
};

/// What a shape is filled or stroked with.
using Paint = std::variant<Color, LinearGradient, RadialGradient>;

enum class LineCap { butt, round, square };
enum class LineJoin { miter, round, bevel };

/// How new paint meets what is there.
enum class Blend {
  over,      ///< on top
  atop,      ///< on top, only where there is paint already
  multiply,  ///< darkens
  screen,    ///< lightens
  clear,     ///< takes away
};

enum class Align { left, center, right };

enum class Sampling { nearest, smooth };

/// A line of text: DejaVu Sans, or the nearest installed font for other writing systems.
struct TextStyle {
  double size_px = 14;
  bool bold = false;
  Color color = {0, 0, 0, 1};
  Align align = Align::left;  ///< where the anchor is on the line
  double max_width_px = 0;    ///< longer text is cut with an ellipsis in the middle; 0 = no limit
};

/// Room that a text takes, in pixels.
struct TextSize {
  double width = 0;
  double height = 0;  ///< of the line, ascent and descent
};

/// The size that `draw_text` takes for `text` (UTF-8; invalid bytes become replacement characters).
/// Thread-safe.
TextSize measure_text(std::string_view text, const TextStyle& style);

/// Pixels to draw on, with a current path and a transformation, both as in PostScript. Not thread-safe; the
/// same calls give the same pixels. Members throw UsageError for arguments that make no sense.
class Canvas {
 public:
  static constexpr int kMaxSidePx = 32'000;

  /// `width` x `height` units of `pixels_per_unit` pixels each way, 1 to kMaxSidePx pixels in all, filled
  /// with `background` ({0, 0, 0, 0} for a transparent layer).
  Canvas(int width, int height, Color background = {1, 1, 1, 1}, double pixels_per_unit = 1);
  Canvas(Canvas&&) noexcept;
  Canvas& operator=(Canvas&&) noexcept;
  ~Canvas();

  int width() const;   ///< in units
  int height() const;  ///< in units

  /// Pushes and pops transformation, clip, line style and blend.
  void save();
  void restore();
  void translate(double x, double y);
  void rotate(double radians);  ///< clockwise, as y grows downwards
  void scale(double x, double y);
  void shear(double x, double y);  ///< x += x_shear * y, y += y_shear * x

  /// The current path. `fill` and `stroke` use it up, `fill_and_keep` does not.
  void move_to(double x, double y);
  void line_to(double x, double y);
  void curve_to(double x1, double y1, double x2, double y2, double x, double y);  ///< cubic Bezier
  void close();
  void ellipse(double center_x, double center_y, double radius_x, double radius_y);
  void arc(double center_x, double center_y, double radius, double from_radians, double to_radians);
  void rectangle(const Rectangle& box);
  void rounded_rectangle(const Rectangle& box, double radius);
  /// A closed curve through the points without corners (Catmull-Rom); at least 3 points.
  void smooth_loop(const std::vector<Point>& points);
  /// An open curve through the points without corners (Catmull-Rom); at least 2 points.
  void smooth_line(const std::vector<Point>& points);

  void fill(const Paint& paint);
  void fill_and_keep(const Paint& paint);
  void stroke(const Paint& paint, double line_width);
  /// Paints everything within the clip.
  void paint(const Paint& paint);
  /// Restricts drawing to the path until `restore`.
  void clip();

  void set_line_cap(LineCap cap);
  void set_line_join(LineJoin join);
  void set_blend(Blend blend);

  /// One line of text whose upper edge is at y and whose left, centre or right (`style.align`) is at x.
  void draw_text(double x, double y, std::string_view text, const TextStyle& style);

  /// Scales the picture into `box`.
  void draw_image(image::ImageView picture, const Rectangle& box, Sampling sampling = Sampling::smooth);
  /// Lays another canvas over this one, its upper left corner at (x, y) of the current coordinates. Sizes are
  /// in units of either.
  void draw_canvas(const Canvas& layer, double x = 0, double y = 0, double opacity = 1);
  /// Paints `paint` through the opacity of another canvas: its silhouette, such as a shadow.
  void draw_silhouette(const Canvas& layer, double x, double y, const Paint& paint);

  /// The smallest box of pixels around everything at least as opaque as `alpha` (0 to 1]; nothing where there
  /// is none.
  std::optional<PixelBox> ink_box(double alpha = 0.5) const;

  /// The pixels, over white where the canvas is transparent.
  image::Image to_image() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace margay::draw
