// The canvas on cairo's image surface, with text by Pango.
#include "margay/draw/canvas.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numbers>
#include <string>

#include "margay/core/error.h"

namespace margay::draw {
namespace {

constexpr const char* kWhere = "draw.canvas";
constexpr const char* kFontFamily = "DejaVu Sans";

struct Release {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_pattern_t* pattern) const { cairo_pattern_destroy(pattern); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(char* text) const { g_free(text); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

Owned<cairo_surface_t> make_surface(cairo_format_t format, int width, int height) {
  require(
      width >= 1 && height >= 1 && width <= Canvas::kMaxSidePx && height <= Canvas::kMaxSidePx, kWhere,
      fmt::format("a canvas of {} x {} pixels: expected 1 to {} each", width, height, Canvas::kMaxSidePx));
  Owned<cairo_surface_t> surface(cairo_image_surface_create(format, width, height));
  const cairo_status_t status = cairo_surface_status(surface.get());
  if (status == CAIRO_STATUS_NO_MEMORY) throw std::bad_alloc();
  require<Error>(status == CAIRO_STATUS_SUCCESS, kWhere, cairo_status_to_string(status));
  return surface;
}

void add_stops(cairo_pattern_t* pattern, const std::vector<GradientStop>& stops) {
  for (const auto& [offset, c] : stops)
    cairo_pattern_add_color_stop_rgba(pattern, offset, c.red, c.green, c.blue, c.alpha);
}

struct PatternOf {
  Owned<cairo_pattern_t> operator()(const Color& c) const {
    return Owned<cairo_pattern_t>(cairo_pattern_create_rgba(c.red, c.green, c.blue, c.alpha));
  }
  Owned<cairo_pattern_t> operator()(const LinearGradient& g) const {
    Owned<cairo_pattern_t> pattern(cairo_pattern_create_linear(g.from.x, g.from.y, g.to.x, g.to.y));
    add_stops(pattern.get(), g.stops);
    return pattern;
  }
  Owned<cairo_pattern_t> operator()(const RadialGradient& g) const {
    Owned<cairo_pattern_t> pattern(
        cairo_pattern_create_radial(g.center.x, g.center.y, 0, g.center.x, g.center.y, g.radius));
    add_stops(pattern.get(), g.stops);
    return pattern;
  }
};

void set_paint(cairo_t* context, const Paint& paint) {
  cairo_set_source(context, std::visit(PatternOf{}, paint).get());
}

/// Grey antialiasing and no hinting: text looks the same whatever the desktop prefers.
void set_text_rendering(PangoLayout* layout) {
  const Owned<cairo_font_options_t> options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(pango_layout_get_context(layout), options.get());
}

Owned<PangoLayout> make_layout(cairo_t* context, std::string_view text, const TextStyle& style) {
  require(style.size_px > 0 && style.size_px < 10'000, kWhere,
          fmt::format("text of {} pixels: expected more than 0", style.size_px));
  Owned<PangoLayout> layout(pango_cairo_create_layout(context));
  set_text_rendering(layout.get());
  const Owned<PangoFontDescription> font(pango_font_description_new());
  pango_font_description_set_family(font.get(), kFontFamily);
  pango_font_description_set_absolute_size(font.get(), style.size_px * PANGO_SCALE);
  pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  const Owned<char> valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  pango_layout_set_text(layout.get(), valid.get(), -1);
  if (style.max_width_px > 0) {
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_set_width(layout.get(), static_cast<int>(style.max_width_px * PANGO_SCALE));
  }
  return layout;
}

/// Logical extents. Its x is not 0 when a layout with a width aligns text, so both are needed to place it.
struct LayoutBox {
  double x, width, height;
};

LayoutBox box_of(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return {static_cast<double>(logical.x) / PANGO_SCALE, static_cast<double>(logical.width) / PANGO_SCALE,
          static_cast<double>(logical.height) / PANGO_SCALE};
}

Owned<cairo_surface_t> surface_of(image::ImageView picture) {
  Owned<cairo_surface_t> surface = make_surface(CAIRO_FORMAT_RGB24, picture.width, picture.height);
  unsigned char* const rows = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  const uint8_t* in = picture.pixels;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x, in += 3) {
      const uint32_t pixel = 0xFF000000u | uint32_t{in[0]} << 16 | uint32_t{in[1]} << 8 | in[2];
      std::memcpy(rows + static_cast<ptrdiff_t>(y) * stride + x * 4, &pixel, 4);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

cairo_operator_t operator_of(Blend blend) {
  switch (blend) {
    case Blend::over:
      return CAIRO_OPERATOR_OVER;
    case Blend::atop:
      return CAIRO_OPERATOR_ATOP;
    case Blend::multiply:
      return CAIRO_OPERATOR_MULTIPLY;
    case Blend::screen:
      return CAIRO_OPERATOR_SCREEN;
    case Blend::clear:
      return CAIRO_OPERATOR_DEST_OUT;
  }
  throw UsageError(kWhere, "unknown blend");
}

/// One piece of a Catmull-Rom curve as a cubic Bezier.
void add_curve_piece(cairo_t* context, Point before, Point from, Point to, Point after) {
  cairo_curve_to(context, from.x + (to.x - before.x) / 6, from.y + (to.y - before.y) / 6,
                 to.x - (after.x - from.x) / 6, to.y - (after.y - from.y) / 6, to.x, to.y);
}

}  // namespace

struct Canvas::State {
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> context;
  int width = 0;   ///< in pixels
  int height = 0;  ///< in pixels
  double pixels_per_unit = 1;

  cairo_t* get() const { return context.get(); }
  /// Row y of native-endian premultiplied ARGB.
  const unsigned char* row(int y) const {
    return cairo_image_surface_get_data(surface.get()) +
           static_cast<ptrdiff_t>(y) * cairo_image_surface_get_stride(surface.get());
  }
  uint32_t pixel(int x, int y) const {
    uint32_t value = 0;
    std::memcpy(&value, row(y) + static_cast<ptrdiff_t>(x) * 4, 4);
    return value;
  }
};

Canvas::Canvas(int width, int height, Color background, double pixels_per_unit)
    : state_(std::make_unique<State>()) {
  require(pixels_per_unit > 0 && std::max(width, height) * pixels_per_unit <= kMaxSidePx, kWhere,
          fmt::format("a canvas of {} x {} units of {} pixels", width, height, pixels_per_unit));
  state_->width = static_cast<int>(std::lround(width * pixels_per_unit));
  state_->height = static_cast<int>(std::lround(height * pixels_per_unit));
  state_->pixels_per_unit = pixels_per_unit;
  state_->surface = make_surface(CAIRO_FORMAT_ARGB32, state_->width, state_->height);
  cairo_surface_set_device_scale(state_->surface.get(), pixels_per_unit, pixels_per_unit);
  state_->context.reset(cairo_create(state_->surface.get()));
  if (background.alpha > 0) paint(background);
}

Canvas::Canvas(Canvas&&) noexcept = default;
Canvas& Canvas::operator=(Canvas&&) noexcept = default;
Canvas::~Canvas() = default;

int Canvas::width() const {
  return static_cast<int>(std::lround(state_->width / state_->pixels_per_unit));
}
int Canvas::height() const {
  return static_cast<int>(std::lround(state_->height / state_->pixels_per_unit));
}

void Canvas::save() {
  cairo_save(state_->get());
}
void Canvas::restore() {
  cairo_restore(state_->get());
}
void Canvas::translate(double x, double y) {
  cairo_translate(state_->get(), x, y);
}
void Canvas::rotate(double radians) {
  cairo_rotate(state_->get(), radians);
}

void Canvas::scale(double x, double y) {
  // A scale of 0 would put cairo's context into its error state for good.
  require(x != 0 && y != 0 && std::isfinite(x) && std::isfinite(y), kWhere, "a scale of zero or infinity");
  cairo_scale(state_->get(), x, y);
}

void Canvas::shear(double x, double y) {
  require(x * y != 1, kWhere, "a shear that flattens everything");
  const cairo_matrix_t matrix{1, y, x, 1, 0, 0};
  cairo_transform(state_->get(), &matrix);
}

void Canvas::move_to(double x, double y) {
  cairo_move_to(state_->get(), x, y);
}
void Canvas::line_to(double x, double y) {
  cairo_line_to(state_->get(), x, y);
}
void Canvas::close() {
  cairo_close_path(state_->get());
}

void Canvas::curve_to(double x1, double y1, double x2, double y2, double x, double y) {
  cairo_curve_to(state_->get(), x1, y1, x2, y2, x, y);
}

void Canvas::ellipse(double center_x, double center_y, double radius_x, double radius_y) {
  if (radius_x <= 0 || radius_y <= 0) return;
  cairo_t* const context = state_->get();
  cairo_save(context);
  cairo_translate(context, center_x, center_y);
  cairo_scale(context, radius_x, radius_y);
  cairo_new_sub_path(context);
  cairo_arc(context, 0, 0, 1, 0, 2 * std::numbers::pi);
  cairo_close_path(context);
  cairo_restore(context);
}

void Canvas::arc(double center_x, double center_y, double radius, double from_radians, double to_radians) {
  cairo_arc(state_->get(), center_x, center_y, radius, from_radians, to_radians);
}

void Canvas::rectangle(const Rectangle& box) {
  cairo_rectangle(state_->get(), box.x, box.y, box.width, box.height);
}

void Canvas::rounded_rectangle(const Rectangle& box, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const double r = std::clamp(radius, 0.0, std::min(box.width, box.height) / 2);
  cairo_t* const context = state_->get();
  cairo_new_sub_path(context);
  cairo_arc(context, box.x + box.width - r, box.y + r, r, -kQuarter, 0);
  cairo_arc(context, box.x + box.width - r, box.y + box.height - r, r, 0, kQuarter);
  cairo_arc(context, box.x + r, box.y + box.height - r, r, kQuarter, 2 * kQuarter);
  cairo_arc(context, box.x + r, box.y + r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(context);
}

void Canvas::smooth_loop(const std::vector<Point>& points) {
  const size_t n = points.size();
  require(n >= 3, kWhere, fmt::format("a loop of {} points: expected at least 3", n));
  cairo_move_to(state_->get(), points[0].x, points[0].y);
  for (size_t i = 0; i < n; ++i)
    add_curve_piece(state_->get(), points[(i + n - 1) % n], points[i], points[(i + 1) % n],
                    points[(i + 2) % n]);
  cairo_close_path(state_->get());
}

void Canvas::smooth_line(const std::vector<Point>& points) {
  const size_t n = points.size();
  require(n >= 2, kWhere, fmt::format("a line of {} points: expected at least 2", n));
  cairo_move_to(state_->get(), points[0].x, points[0].y);
  for (size_t i = 0; i + 1 < n; ++i)
    add_curve_piece(state_->get(), points[i == 0 ? 0 : i - 1], points[i], points[i + 1],
                    points[std::min(i + 2, n - 1)]);
}

void Canvas::fill(const Paint& paint) {
  set_paint(state_->get(), paint);
  cairo_fill(state_->get());
}

void Canvas::fill_and_keep(const Paint& paint) {
  set_paint(state_->get(), paint);
  cairo_fill_preserve(state_->get());
}

void Canvas::stroke(const Paint& paint, double line_width) {
  set_paint(state_->get(), paint);
  cairo_set_line_width(state_->get(), line_width);
  cairo_stroke(state_->get());
}

void Canvas::paint(const Paint& paint) {
  set_paint(state_->get(), paint);
  cairo_paint(state_->get());
}

void Canvas::clip() {
  cairo_clip(state_->get());
}

void Canvas::set_line_cap(LineCap cap) {
  constexpr cairo_line_cap_t kCaps[] = {CAIRO_LINE_CAP_BUTT, CAIRO_LINE_CAP_ROUND, CAIRO_LINE_CAP_SQUARE};
  cairo_set_line_cap(state_->get(), kCaps[static_cast<int>(cap)]);
}

void Canvas::set_line_join(LineJoin join) {
  constexpr cairo_line_join_t kJoins[] = {CAIRO_LINE_JOIN_MITER, CAIRO_LINE_JOIN_ROUND,
                                          CAIRO_LINE_JOIN_BEVEL};
  cairo_set_line_join(state_->get(), kJoins[static_cast<int>(join)]);
}

void Canvas::set_blend(Blend blend) {
  cairo_set_operator(state_->get(), operator_of(blend));
}

void Canvas::draw_text(double x, double y, std::string_view text, const TextStyle& style) {
  const Owned<PangoLayout> layout = make_layout(state_->get(), text, style);
  const LayoutBox box = box_of(layout.get());
  const double anchor = style.align == Align::left ? 0 : style.align == Align::center ? 0.5 : 1;
  cairo_move_to(state_->get(), x - box.x - anchor * box.width, y);
  set_paint(state_->get(), style.color);
  pango_cairo_show_layout(state_->get(), layout.get());
  cairo_new_path(state_->get());
}

void Canvas::draw_image(image::ImageView picture, const Rectangle& box, Sampling sampling) {
  require(picture.pixels != nullptr, kWhere, "a picture without pixels");
  if (box.width <= 0 || box.height <= 0) return;
  const Owned<cairo_surface_t> surface = surface_of(picture);
  cairo_t* const context = state_->get();
  cairo_save(context);
  cairo_translate(context, box.x, box.y);
  cairo_scale(context, box.width / picture.width, box.height / picture.height);
  cairo_set_source_surface(context, surface.get(), 0, 0);
  cairo_pattern_t* const source = cairo_get_source(context);
  cairo_pattern_set_filter(source, sampling == Sampling::nearest ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  // Without this, smooth sampling would fade the border into transparency.
  cairo_pattern_set_extend(source, CAIRO_EXTEND_PAD);
  cairo_rectangle(context, 0, 0, picture.width, picture.height);
  cairo_fill(context);
  cairo_restore(context);
}

void Canvas::draw_canvas(const Canvas& layer, double x, double y, double opacity) {
  cairo_surface_flush(layer.state_->surface.get());
  cairo_set_source_surface(state_->get(), layer.state_->surface.get(), x, y);
  cairo_paint_with_alpha(state_->get(), opacity);
}

void Canvas::draw_silhouette(const Canvas& layer, double x, double y, const Paint& paint) {
  cairo_surface_flush(layer.state_->surface.get());
  set_paint(state_->get(), paint);
  cairo_mask_surface(state_->get(), layer.state_->surface.get(), x, y);
}

std::optional<PixelBox> Canvas::ink_box(double alpha) const {
  cairo_surface_flush(state_->surface.get());
  const auto threshold = static_cast<uint32_t>(std::clamp(std::ceil(alpha * 255), 1.0, 255.0));
  int left = state_->width, right = -1, top = state_->height, bottom = -1;
  for (int y = 0; y < state_->height; ++y) {
    for (int x = 0; x < state_->width; ++x) {
      if (state_->pixel(x, y) >> 24 < threshold) continue;
      left = std::min(left, x), right = std::max(right, x);
      top = std::min(top, y), bottom = std::max(bottom, y);
    }
  }
  if (right < 0) return std::nullopt;
  return PixelBox{left, top, right - left + 1, bottom - top + 1};
}

image::Image Canvas::to_image() const {
  cairo_surface_flush(state_->surface.get());
  require<Error>(cairo_status(state_->get()) == CAIRO_STATUS_SUCCESS, kWhere,
                 cairo_status_to_string(cairo_status(state_->get())));
  image::Image result(state_->width, state_->height);
  uint8_t* out = result.pixels.data();
  for (int y = 0; y < state_->height; ++y) {
    for (int x = 0; x < state_->width; ++x, out += 3) {
      const uint32_t pixel = state_->pixel(x, y);
      // Premultiplied, so laying it over white adds what the opacity leaves.
      const uint32_t white = 255 - (pixel >> 24);
      out[0] = static_cast<uint8_t>(((pixel >> 16) & 255) + white);
      out[1] = static_cast<uint8_t>(((pixel >> 8) & 255) + white);
      out[2] = static_cast<uint8_t>((pixel & 255) + white);
    }
  }
  return result;
}

TextSize measure_text(std::string_view text, const TextStyle& style) {
  const Owned<cairo_surface_t> surface = make_surface(CAIRO_FORMAT_A8, 1, 1);
  const Owned<cairo_t> context(cairo_create(surface.get()));
  const Owned<PangoLayout> layout = make_layout(context.get(), text, style);
  const LayoutBox box = box_of(layout.get());
  return {box.width, box.height};
}

}  // namespace margay::draw
