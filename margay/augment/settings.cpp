// The language of augmentations: a table of names, and the rules that hold between them.
#include "margay/augment/settings.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "margay/augment/policy.h"
#include "margay/core/error.h"
#include "margay/core/trimmed.h"

namespace margay::augment {
namespace {

constexpr const char* kWhere = "augment";
constexpr std::string_view kNone = "none";  // where a recipe has some
constexpr std::array<std::string_view, 3> kFills{"nearest", "reflect", "constant"};
constexpr std::string_view kAlternate = "alternate";

/// A transform that is on or off.
struct Switch {
  std::string_view name;
  bool& (*of)(Settings&);
};

/// A transform with a number: above `above`, and below `most` or equal to it.
struct Range {
  std::string_view name;
  double& (*of)(Settings&);
  double fallback, above, most;
  bool most_included;
};

/// A whole number.
struct Count {
  std::string_view name;
  int& (*of)(Settings&);
  int fallback, least, most;
};

constexpr Switch kVerticalFlip{"vertical_flip", [](Settings& s) -> bool& { return s.affine.vertical_flip; }};
constexpr Switch kTrivial{"trivialaugment", [](Settings& s) -> bool& { return s.trivialaugment; }};

constexpr Range kShiftWidth{
    "shift_width", [](Settings& s) -> double& { return s.affine.shift_width; }, 0.15, 0, 1, false};
constexpr Range kShiftHeight{
    "shift_height", [](Settings& s) -> double& { return s.affine.shift_height; }, 0.15, 0, 1, false};

constexpr Range kMoves[]{
    {"rotate", [](Settings& s) -> double& { return s.affine.rotate_degrees; }, 45, 0, 180, true},
    {"zoom", [](Settings& s) -> double& { return s.affine.zoom; }, 0.5, 0, 1, false},
    {"shear", [](Settings& s) -> double& { return s.affine.shear_degrees; }, 10, 0, 60, true},
};
constexpr Range kRanges[]{
    {"crop", [](Settings& s) -> double& { return s.crop; }, 0.08, 0, 1, false},
    {"brightness", [](Settings& s) -> double& { return s.color.brightness; }, 0.2, 0, 1, true},
    {"contrast", [](Settings& s) -> double& { return s.color.contrast; }, 0.2, 0, 1, true},
    {"saturation", [](Settings& s) -> double& { return s.color.saturation; }, 0.2, 0, 1, true},
    {"hue", [](Settings& s) -> double& { return s.color.hue; }, 0.1, 0, 0.5, true},
    {"grayscale", [](Settings& s) -> double& { return s.grayscale; }, 0.1, 0, 1, true},
    {"blur", [](Settings& s) -> double& { return s.blur; }, 2, kLeastBlur, 10, true},
    {"noise", [](Settings& s) -> double& { return s.noise; }, 0.1, 0, 1, true},
    {"erase", [](Settings& s) -> double& { return s.erase; }, 0.5, 0, 1, true},
    {"mixup", [](Settings& s) -> double& { return s.mix.mixup; }, 0.2, 0, 100, true},
    {"cutmix", [](Settings& s) -> double& { return s.mix.cutmix; }, 1, 0, 100, true},
};
constexpr Count kRandAugment{"randaugment", [](Settings& s) -> int& { return s.randaugment; }, 9, 1, 30};
constexpr Count kRandAugmentOps{"randaugment_ops", [](Settings& s) -> int& { return s.randaugment_ops; }, 2,
                                1, 10};

constexpr std::array<std::string_view, 19> kTransforms{
    "flip",       "vertical_flip",  "rotate",      "zoom",  "shift",     "shear", "crop",
    "brightness", "contrast",       "saturation",  "hue",   "grayscale", "blur",  "noise",
    "erase",      "trivialaugment", "randaugment", "mixup", "cutmix"};
constexpr std::array<std::string_view, 6> kOptions{"shift_width", "shift_height",    "fill",
                                                   "fill_value",  "randaugment_ops", "all"};

/// What others call them.
constexpr std::pair<std::string_view, std::string_view> kForeignNames[]{
    {"horizontal_flip", "flip"},     {"hflip", "flip"},          {"vflip", "vertical_flip"},
    {"random_resized_crop", "crop"}, {"resized_crop", "crop"},   {"random_erasing", "erase"},
    {"gaussian_blur", "blur"},       {"gaussian_noise", "noise"}};

/// "name" or "name=value".
struct Item {
  std::string_view name;
  std::optional<std::string_view> value;
};

Item parse_item(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == text.npos) return {trimmed(text), std::nullopt};
  return {trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1))};
}

std::vector<Item> parse_items(std::string_view text) {
  std::vector<Item> items;
  if (trimmed(text).empty() || trimmed(text) == kNone) return items;
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

/// Zero would have no effect, and is asked for by leaving the item out.
double parse_range(const Item& item, const Range& range) {
  const double number = parse_number(item, range.fallback);
  require(number != 0, kWhere, fmt::format("{}=0 has no effect", item.name),
          fmt::format("leave {} out", item.name));
  require(number > range.above && (number < range.most || (range.most_included && number == range.most)),
          kWhere,
          fmt::format("{}={} is out of range, expected above {} and {} {}", item.name, number, range.above,
                      range.most_included ? "at most" : "below", range.most));
  return number;
}

int parse_whole(const Item& item, int fallback, int least, int most) {
  const double number = parse_number(item, fallback);
  require(number >= least && number <= most && number == std::floor(number), kWhere,
          fmt::format("{}={}: expected a whole number from {} to {}", item.name, item.value.value_or(""),
                      least, most));
  return static_cast<int>(number);
}

Fill parse_fill(const Item& item) {
  const std::string_view value = item.value.value_or("");
  for (size_t i = 0; i < kFills.size(); ++i)
    if (value == kFills[i]) return static_cast<Fill>(i);
  throw UsageError(kWhere, fmt::format("fill={}: expected one of {}", value, fmt::join(kFills, ", ")));
}

Flip parse_flip(const Item& item) {
  require(item.value.value_or(kAlternate) == kAlternate, kWhere,
          fmt::format("flip={}: expected flip or flip={}", item.value.value_or(""), kAlternate));
  return item.value ? Flip::alternate : Flip::random;
}

void require_no_value(const Item& item) {
  require(!item.value, kWhere, fmt::format("{} takes no value", item.name));
}

[[noreturn]] void throw_unknown(std::string_view name) {
  require(name != kNone, kWhere, "none goes with no other augmentation", "leave out none, or the others");
  std::vector<std::string_view> names(kTransforms.begin(), kTransforms.end());
  names.insert(names.end(), kOptions.begin(), kOptions.end());
  std::string nearest = nearest_name(name, names);
  for (const auto& [foreign, ours] : kForeignNames)
    if (name == foreign) nearest = ours;
  throw UsageError(kWhere,
                   fmt::format("there is no augmentation '{}', expected {}", name, fmt::join(names, ", ")),
                   nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
}

bool moves(const AffineRanges& affine) {
  return affine.rotate_degrees > 0 || affine.zoom > 0 || affine.shift_width > 0 || affine.shift_height > 0 ||
         affine.shear_degrees > 0;
}

/// Whether what lies outside a picture may be seen.
bool looks_outside(const Settings& settings) {
  return moves(settings.affine) || settings.trivialaugment || settings.randaugment > 0;
}

/// Reads items one after another into settings, then looks at the whole.
class Reader {
 public:
  Settings read(std::string_view text) {
    for (const Item& item : parse_items(text)) apply(item);
    check_effects();
    return settings_;
  }

 private:
  void apply(const Item& item) {
    if (item.name == "all") return set_all(item);
    if (item.name == "shift") return apply_range(item, kShiftWidth), apply_range(item, kShiftHeight);
    if (item.name == "flip") return set("flip"), void(settings_.affine.flip = parse_flip(item));
    if (item.name == "fill") return set("fill"), void(settings_.affine.fill = parse_fill(item));
    if (item.name == "fill_value")
      return set("fill_value"), void(settings_.affine.fill_value = parse_whole(item, -1, 0, 255));
    for (const Switch& row : {kVerticalFlip, kTrivial})
      if (item.name == row.name) return apply_switch(item, row);
    for (const Range& row : {kShiftWidth, kShiftHeight})
      if (item.name == row.name) return apply_range(item, row);
    for (const Range& row : kMoves)
      if (item.name == row.name) return apply_range(item, row);
    for (const Range& row : kRanges)
      if (item.name == row.name) return apply_range(item, row);
    for (const Count& row : {kRandAugment, kRandAugmentOps})
      if (item.name == row.name) return apply_count(item, row);
    throw_unknown(item.name);
  }

  void apply_switch(const Item& item, const Switch& row) {
    require_no_value(item);
    set(row.name);
    row.of(settings_) = true;
  }

  void apply_range(const Item& item, const Range& row) {
    set(row.name);
    row.of(settings_) = parse_range(item, row);
  }

  void apply_count(const Item& item, const Count& row) {
    set(row.name);
    row.of(settings_) = parse_whole(item, row.fallback, row.least, row.most);
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

  void check_effects() const {
    require(looks_outside(settings_) || !given_.contains("fill"), kWhere,
            "fill has no effect without rotate, zoom, shift, shear, trivialaugment or randaugment");
    require(!given_.contains("fill_value") || settings_.affine.fill == Fill::constant, kWhere,
            "fill_value has no effect without fill=constant");
    require(!given_.contains("randaugment_ops") || settings_.randaugment > 0, kWhere,
            "randaugment_ops has no effect without randaugment");
    require(!settings_.trivialaugment || settings_.randaugment == 0, kWhere,
            "trivialaugment and randaugment exclude each other", "each is a policy of its own: choose one");
    require(settings_.grayscale < 1 || (settings_.color.saturation == 0 && settings_.color.hue == 0), kWhere,
            "saturation and hue have no effect with grayscale=1");
  }

  Settings settings_;
  std::set<std::string_view> given_;
};

}  // namespace

Settings parse_settings(std::string_view text) {
  return Reader().read(text);
}

std::string to_text(const Settings& settings) {
  Settings s = settings;  // the rows give references that could be written to
  std::vector<std::string> items;
  const auto add_switch = [&](const Switch& row) {
    if (row.of(s)) items.emplace_back(row.name);
  };
  const auto add_value = [&](std::string_view name, auto value) {
    if (value > 0) items.push_back(fmt::format("{}={}", name, value));
  };
  if (s.affine.flip != Flip::none) items.emplace_back("flip");
  if (s.affine.flip == Flip::alternate) items.back() += fmt::format("={}", kAlternate);
  add_switch(kVerticalFlip);
  add_value("rotate", s.affine.rotate_degrees);
  add_value("zoom", s.affine.zoom);
  const bool same_shift = s.affine.shift_width == s.affine.shift_height;
  add_value(same_shift ? "shift" : "shift_width", s.affine.shift_width);
  if (!same_shift) add_value("shift_height", s.affine.shift_height);
  add_value("shear", s.affine.shear_degrees);
  add_switch(kTrivial);
  add_value("randaugment", s.randaugment);
  if (s.randaugment > 0) add_value("randaugment_ops", s.randaugment_ops);
  if (looks_outside(s)) items.push_back(fmt::format("fill={}", kFills[static_cast<size_t>(s.affine.fill)]));
  if (looks_outside(s) && s.affine.fill == Fill::constant)
    items.push_back(fmt::format("fill_value={}", s.affine.fill_value));
  for (const Range& row : kRanges) add_value(row.name, row.of(s));
  return fmt::format("{}", fmt::join(items, ","));
}

std::span<const std::string_view> transform_names() {
  return kTransforms;
}

}  // namespace margay::augment
