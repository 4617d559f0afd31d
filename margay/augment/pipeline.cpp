// The language of augmentations: items between commas, each a name or name=value.
#include "margay/augment/pipeline.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>
#include <vector>

#include "margay/core/error.h"

namespace margay::augment {
namespace {

constexpr const char* kWhere = "augment";
constexpr double kDefaultDegrees = 45, kDefaultZoom = 0.5, kDefaultShift = 0.15;
constexpr std::array<std::string_view, 9> kNames{
    "flip", "rotate", "zoom", "shift", "shift_width", "shift_height", "fill", "fill_value", "all"};
constexpr std::array<std::string_view, 3> kFills{"nearest", "reflect", "constant"};

/// "name" or "name=value".
struct Item {
  std::string_view name;
  std::optional<std::string_view> value;
};

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Item parse_item(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == text.npos) return {trimmed(text), std::nullopt};
  return {trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1))};
}

std::vector<Item> parse_items(std::string_view text) {
  std::vector<Item> items;
  if (trimmed(text).empty()) return items;
  for (;;) {
    const size_t comma = text.find(',');
    items.push_back(parse_item(text.substr(0, comma)));
    require(!items.back().name.empty(), kWhere, "there is an item without a name between the commas");
    if (comma == text.npos) return items;
    text.remove_prefix(comma + 1);
  }
}

double parse_number(const Item& item, double fallback) {
  if (!item.value) return fallback;
  double number = 0;
  const char* end = item.value->data() + item.value->size();
  const auto [stopped, error] = std::from_chars(item.value->data(), end, number);
  require(error == std::errc{} && stopped == end && std::isfinite(number), kWhere,
          fmt::format("{}={} is not a number", item.name, *item.value));
  return number;
}

/// A range: zero would have no effect, and is asked for by leaving the item out.
double parse_range(const Item& item, double fallback, double max, bool max_included) {
  const double number = parse_number(item, fallback);
  require(number != 0, kWhere, fmt::format("{}=0 has no effect", item.name),
          fmt::format("leave {} out", item.name));
  require(number > 0 && (number < max || (max_included && number == max)), kWhere,
          fmt::format("{}={} is out of range, expected above 0 and {} {}", item.name, number,
                      max_included ? "at most" : "below", max));
  return number;
}

Fill parse_fill(const Item& item) {
  const std::string_view value = item.value.value_or("");
  for (size_t i = 0; i < kFills.size(); ++i)
    if (value == kFills[i]) return static_cast<Fill>(i);
  throw UsageError(kWhere, fmt::format("fill={}: expected one of {}", value, fmt::join(kFills, ", ")));
}

int parse_fill_value(const Item& item) {
  const double number = parse_number(item, -1);
  require(number >= 0 && number <= 255 && number == std::floor(number), kWhere,
          fmt::format("fill_value={}: expected a whole number from 0 to 255", item.value.value_or("")));
  return static_cast<int>(number);
}

void require_no_value(const Item& item) {
  require(!item.value, kWhere, fmt::format("{} takes no value", item.name));
}

/// Reads items one after another into ranges, then looks at the whole.
class Reader {
 public:
  AffineRanges read(std::string_view text) {
    for (const Item& item : parse_items(text)) apply(item);
    check_fill();
    return ranges_;
  }

 private:
  void apply(const Item& item) {
    if (item.name == "flip")
      require_no_value(item), set("flip"), ranges_.flip = true;
    else if (item.name == "rotate")
      set("rotate"), ranges_.rotate_degrees = parse_range(item, kDefaultDegrees, 180, true);
    else if (item.name == "zoom")
      set("zoom"), ranges_.zoom = parse_range(item, kDefaultZoom, 1, false);
    else if (item.name == "shift")
      set_shift(item, true, true);
    else if (item.name == "shift_width")
      set_shift(item, true, false);
    else if (item.name == "shift_height")
      set_shift(item, false, true);
    else if (item.name == "fill")
      set("fill"), ranges_.fill = parse_fill(item);
    else if (item.name == "fill_value")
      set("fill_value"), ranges_.fill_value = parse_fill_value(item);
    else if (item.name == "all")
      set_all(item);
    else
      throw_unknown(item.name);
  }

  void set_shift(const Item& item, bool width, bool height) {
    const double shift = parse_range(item, kDefaultShift, 1, false);
    if (width) set("shift_width"), ranges_.shift_width = shift;
    if (height) set("shift_height"), ranges_.shift_height = shift;
  }

  /// What the article does.
  void set_all(const Item& item) {
    require_no_value(item);
    for (const std::string_view name : {"flip", "rotate", "zoom", "shift"}) apply({name, std::nullopt});
  }

  void set(std::string_view name) {
    require(given_.insert(name).second, kWhere, fmt::format("{} is given twice", name),
            "'all' stands for flip, rotate, zoom and shift; 'shift' for shift_width and shift_height");
  }

  void check_fill() const {
    const bool moves =
        ranges_.rotate_degrees > 0 || ranges_.zoom > 0 || ranges_.shift_width > 0 || ranges_.shift_height > 0;
    require(moves || !given_.contains("fill"), kWhere, "fill has no effect without rotate, zoom or shift");
    require(!given_.contains("fill_value") || ranges_.fill == Fill::constant, kWhere,
            "fill_value has no effect without fill=constant");
  }

  [[noreturn]] static void throw_unknown(std::string_view name) {
    const std::string nearest = nearest_name(name, kNames);
    throw UsageError(kWhere,
                     fmt::format("there is no augmentation '{}', expected {}", name, fmt::join(kNames, ", ")),
                     nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
  }

  AffineRanges ranges_;
  std::set<std::string_view> given_;
};

}  // namespace

Pipeline Pipeline::parse(std::string_view text) {
  Pipeline pipeline;
  pipeline.affine_ = Reader().read(text);
  return pipeline;
}

std::string Pipeline::to_text() const {
  std::vector<std::string> items;
  if (affine_.flip) items.emplace_back("flip");
  const auto add = [&](std::string_view name, double value) {
    if (value > 0) items.push_back(fmt::format("{}={}", name, value));
  };
  add("rotate", affine_.rotate_degrees);
  add("zoom", affine_.zoom);
  if (affine_.shift_width == affine_.shift_height) {
    add("shift", affine_.shift_width);
  } else {
    add("shift_width", affine_.shift_width);
    add("shift_height", affine_.shift_height);
  }
  const bool moves = items.size() > (affine_.flip ? 1u : 0u);
  if (moves) items.push_back(fmt::format("fill={}", kFills[static_cast<size_t>(affine_.fill)]));
  if (moves && affine_.fill == Fill::constant)
    items.push_back(fmt::format("fill_value={}", affine_.fill_value));
  return fmt::format("{}", fmt::join(items, ","));
}

bool Pipeline::empty() const {
  return affine_ == AffineRanges{};
}

void Pipeline::apply(image::ImageView in, uint8_t* out_u8, Random& random) const {
  if (empty()) {
    std::memcpy(out_u8, in.pixels, in.size_bytes());
    return;
  }
  resample(in, draw_affine(affine_, in.width, in.height, random), affine_.fill, affine_.fill_value, out_u8);
}

}  // namespace margay::augment
