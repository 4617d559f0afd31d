// Lays tiles out on whole pixels, so that pictures keep theirs.
#include "margay/draw/picture_grid.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/draw/canvas.h"

namespace margay::draw {
namespace {

constexpr const char* kWhere = "draw.picture_grid";

constexpr Color kGround = rgb(0xF5F6F8);
constexpr Color kCard = rgb(0xFFFFFF);
constexpr Color kCardEdge = rgb(0x1B2430, 0.10);
constexpr Color kInk = rgb(0x1B2430);
constexpr Color kQuietInk = rgb(0x6B7684);

constexpr int64_t kMostPixels = 100'000'000;  // of a grid: 700 MB while it is drawn
constexpr int kMargin = 24;                   // around everything
constexpr int kGap = 14;                      // between cards
constexpr int kPadding = 10;                  // between the edge of a card and its picture
constexpr int kMinTextWidth = 96;             // so that a caption below a narrow picture can still be read
constexpr double kTitlePx = 20;
constexpr double kCaptionPx = 14;
constexpr double kQuietPx = 12;
constexpr double kCornerRadius = 8;

const TextStyle kTitle{kTitlePx, true, kInk, Align::left, 0};
const TextStyle kSubtitle{kQuietPx + 1, false, kQuietInk, Align::left, 0};
const TextStyle kCaption{kCaptionPx, true, kInk, Align::center, 0};
const TextStyle kSubCaption{kQuietPx, false, kQuietInk, Align::center, 0};

int line_height(const TextStyle& style) {
  return static_cast<int>(std::ceil(style.size_px * 1.4));
}

struct ShownSize {
  int width, height;
  Sampling sampling;
};

ShownSize shown_size(image::ImageView picture, const GridOptions& options) {
  const int longer = std::max(picture.width, picture.height);
  if (options.reduce_to_px > 0 && longer > options.reduce_to_px) {
    const double scale = static_cast<double>(options.reduce_to_px) / longer;
    const auto reduced = [scale](int side) {
      return std::max(1, static_cast<int>(std::lround(side * scale)));
    };
    return {reduced(picture.width), reduced(picture.height), Sampling::smooth};
  }
  const int factor = std::max(1, options.enlarge_to_px / longer);
  return {picture.width * factor, picture.height * factor, Sampling::nearest};
}

/// As many columns as make the grid about as wide as high, evened out so that the last row is nearly full.
int automatic_columns(size_t tiles) {
  const int count = static_cast<int>(tiles);
  if (count <= 6) return count;
  const int widest = static_cast<int>(std::ceil(std::sqrt(count * 1.5)));
  const int rows = (count + widest - 1) / widest;
  return (count + rows - 1) / rows;
}

/// Where everything goes, in whole pixels.
struct Layout {
  int columns = 1;
  int rows = 1;
  int picture_width = 0;   // room for the widest picture or its caption
  int picture_height = 0;  // room for the highest picture
  int caption_height = 0;
  int title_height = 0;
  int width = 0;
  int height = 0;

  int card_width() const { return picture_width + 2 * kPadding; }
  int card_height() const { return picture_height + 2 * kPadding + caption_height; }
  Rectangle card(size_t index) const {
    const int column = static_cast<int>(index) % columns;
    const int row = static_cast<int>(index) / columns;
    return {static_cast<double>(kMargin + column * (card_width() + kGap)),
            static_cast<double>(kMargin + title_height + row * (card_height() + kGap)),
            static_cast<double>(card_width()), static_cast<double>(card_height())};
  }
};

bool any_text(std::span<const Tile> tiles, std::string Tile::*text) {
  return std::any_of(tiles.begin(), tiles.end(), [text](const Tile& tile) { return !(tile.*text).empty(); });
}

int title_height(const GridOptions& options) {
  int height = 0;
  if (!options.title.empty()) height += line_height(kTitle);
  if (!options.subtitle.empty()) height += line_height(kSubtitle);
  return height > 0 ? height + kGap : 0;
}

Layout lay_out(std::span<const Tile> tiles, const GridOptions& options) {
  Layout layout;
  const int asked = options.columns > 0 ? options.columns : automatic_columns(tiles.size());
  layout.columns = std::min(asked, static_cast<int>(tiles.size()));
  layout.rows = (static_cast<int>(tiles.size()) + layout.columns - 1) / layout.columns;
  const bool captions = any_text(tiles, &Tile::caption);
  const bool sub_captions = any_text(tiles, &Tile::sub_caption);
  layout.picture_width = captions || sub_captions ? kMinTextWidth : 1;
  for (const Tile& tile : tiles) {
    const ShownSize size = shown_size(tile.picture, options);
    layout.picture_width = std::max(layout.picture_width, size.width);
    layout.picture_height = std::max(layout.picture_height, size.height);
  }
  if (captions) layout.caption_height += line_height(kCaption);
  if (sub_captions) layout.caption_height += line_height(kSubCaption);
  if (layout.caption_height > 0) layout.caption_height += kPadding - 4;
  layout.title_height = title_height(options);
  layout.width = 2 * kMargin + layout.columns * (layout.card_width() + kGap) - kGap;
  layout.height = 2 * kMargin + layout.title_height + layout.rows * (layout.card_height() + kGap) - kGap;
  return layout;
}

/// With pictures reduced as far as a canvas needs it: the largest that a network may take, in a row, are more
/// pixels than an image may have.
GridOptions fitting_canvas(std::span<const Tile> tiles, GridOptions options) {
  int longest = 1;
  for (const Tile& tile : tiles) longest = std::max({longest, tile.picture.width, tile.picture.height});
  if (options.reduce_to_px > 0) longest = std::min(longest, options.reduce_to_px);
  const auto fits = [](const Layout& layout) {
    return std::max(layout.width, layout.height) <= Canvas::kMaxSidePx &&
           static_cast<int64_t>(layout.width) * layout.height <= kMostPixels;
  };
  while (longest > 1 && !fits(lay_out(tiles, options))) {
    longest = longest * 9 / 10;
    options.reduce_to_px = longest;
  }
  return options;
}

void draw_title(Canvas& canvas, const GridOptions& options) {
  const double max_width_px = canvas.width() - 2.0 * kMargin;
  double y = kMargin - 4;
  const auto draw_line = [&](const std::string& text, TextStyle style) {
    if (text.empty()) return;
    style.max_width_px = max_width_px;
    canvas.draw_text(kMargin, y, text, style);
    y += line_height(style);
  };
  draw_line(options.title, kTitle);
  draw_line(options.subtitle, kSubtitle);
}

void draw_card(Canvas& canvas, const Rectangle& card) {
  for (const double spread : {3.0, 2.0, 1.0}) {
    canvas.rounded_rectangle(
        {card.x - spread + 1, card.y - spread + 2, card.width + 2 * spread - 2, card.height + 2 * spread - 2},
        kCornerRadius + spread);
    canvas.fill(rgb(0x1B2430, 0.02));
  }
  canvas.rounded_rectangle({card.x - 0.5, card.y - 0.5, card.width + 1, card.height + 1}, kCornerRadius);
  canvas.fill_and_keep(kCard);
  canvas.stroke(kCardEdge, 1);
}

void draw_tile(Canvas& canvas, const Tile& tile, const Rectangle& card, const Layout& layout,
               const GridOptions& options) {
  draw_card(canvas, card);
  const ShownSize size = shown_size(tile.picture, options);
  const double x = card.x + kPadding + (layout.picture_width - size.width) / 2;
  const double y = card.y + kPadding + (layout.picture_height - size.height) / 2;
  canvas.draw_image(tile.picture, {x, y, static_cast<double>(size.width), static_cast<double>(size.height)},
                    size.sampling);
  double text_y = card.y + kPadding + layout.picture_height + kPadding - 4;
  const auto draw_line = [&](const std::string& text, TextStyle style) {
    if (text.empty()) return;
    style.max_width_px = layout.picture_width;
    canvas.draw_text(card.x + card.width / 2, text_y, text, style);
    text_y += line_height(style);
  };
  draw_line(tile.caption, kCaption);
  draw_line(tile.sub_caption, kSubCaption);
}

}  // namespace

void GridOptions::validate() const {
  require(columns >= 0, kWhere, fmt::format("columns = {}: expected 0 or more", columns));
  require(enlarge_to_px >= 0, kWhere, fmt::format("enlarge_to_px = {}: expected 0 or more", enlarge_to_px));
  require(reduce_to_px >= 0, kWhere, fmt::format("reduce_to_px = {}: expected 0 or more", reduce_to_px));
}

image::Image draw_picture_grid(std::span<const Tile> tiles, const GridOptions& asked) {
  asked.validate();
  require(!tiles.empty(), kWhere, "no pictures to draw");
  for (const Tile& tile : tiles)
    require(tile.picture.pixels != nullptr && tile.picture.width > 0 && tile.picture.height > 0, kWhere,
            "a picture without pixels");
  const GridOptions options = fitting_canvas(tiles, asked);
  const Layout layout = lay_out(tiles, options);
  Canvas canvas(layout.width, layout.height, kGround);
  draw_title(canvas, options);
  for (size_t i = 0; i < tiles.size(); ++i) draw_tile(canvas, tiles[i], layout.card(i), layout, options);
  return canvas.to_image();
}

}  // namespace margay::draw
