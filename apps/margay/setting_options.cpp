// From options to settings.
#include "apps/margay/setting_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/unused_keys.h"

namespace margay::app {
namespace {

/// An option for one setting.
struct SettingOption {
  const char* name;
  const char* key;
  const char* description;
  bool of_steps;
};

constexpr SettingOption kOptions[] = {
    {"--lr", "optimizer.lr", "learning rate (default: the recipe's)", false},
    {"--batch-size,--batch", "training.batch_size", "pictures of a batch (default: the recipe's)", true},
    {"--optimizer", "optimizer.name", "adam, adamw, sgd or rmsprop (default: the recipe's)", true},
    {"--lr-schedule", "schedule.name",
     "of the learning rate: constant, step, cosine, one_cycle or plateau (default: the recipe's)", false}};

std::string_view key_of(std::string_view setting) {
  return setting.substr(0, setting.find('='));
}

/// What came by other options goes to the settings, unless those say it already.
void merge(SettingChanges& changes, const std::vector<std::string>& from_options) {
  for (const std::string& setting : from_options) {
    const std::string_view key = key_of(setting);
    require(!changes.has(key), "command line", fmt::format("{} is given twice, by --set too", key),
            "leave one of them out");
    changes.settings.push_back(setting);
  }
}

/// --size stands for two settings.
void require_one_size(const SettingChanges& changes) {
  if (!changes.size) return;
  Json settings = Json::object();
  for (const std::string& setting : changes.settings) recipe::set_value(settings, setting);
  for (const std::string& key : recipe::keys_of(settings))
    require(key != "input.width" && key != "input.height", "command line",
            fmt::format("{} is given twice, by --size too", key), "leave one of them out");
}

PictureSize parse_size(const std::string& text) {
  const auto number = [&](std::string_view digits) {
    int value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failure == std::errc() && end == digits.data() + digits.size() ? value : 0;
  };
  const size_t cross = text.find('x');
  const std::string_view all = text;
  const PictureSize size = cross == text.npos
                               ? PictureSize{number(all), number(all)}
                               : PictureSize{number(all.substr(0, cross)), number(all.substr(cross + 1))};
  require(size.width > 0 && size.height > 0, "command line", fmt::format("--size {} is no size", text),
          "pixels of a square, such as 150, or width x height, such as 160x120");
  return size;
}

void add_size_option(CLI::App& command, std::optional<PictureSize>& size) {
  command.add_option_function<std::string>(
      "--size", [&size](const std::string& text) { size = parse_size(text); },
      "width and height of pictures as the network gets them, in pixels: 150, or 160x120 (default: the "
      "recipe's)");
}

/// The table of that name; null where it is no table, which is refused where it is read.
Json* table_of(Json& document, const char* name) {
  Json& table = document[name];
  if (table.is_null()) table = Json::object();
  return table.is_object() ? &table : nullptr;
}

int pixels_of(const Json& input, const char* key, int otherwise) {
  const auto found = input.find(key);
  return found != input.end() && found->is_number_integer() ? found->get<int>() : otherwise;
}

/// Sizes of training pictures keep their share of the input's.
void scale_sizes(Json& sizes, double factor, int longer) {
  constexpr int kMultiple = 8;  // pixels, which sizes are rounded to
  for (Json& size : sizes) {
    if (!size.is_number()) continue;
    const double scaled = size.get<double>() * factor / kMultiple;
    size = std::clamp(static_cast<int>(std::lround(scaled)) * kMultiple, std::min(kMultiple, longer), longer);
  }
}

void let_sizes_follow(Json& document, const PictureSize& size) {
  const Json* input = table_of(document, "input");  // may add it, so that no iterator is older
  const auto schedule = document.find("schedule");
  if (input == nullptr || schedule == document.end() || !schedule->is_object()) return;
  const image::Preprocess otherwise;
  const double before =
      std::max(pixels_of(*input, "width", otherwise.width), pixels_of(*input, "height", otherwise.height));
  const int longer = std::max(size.width, size.height);
  if (const auto sizes = schedule->find("sizes"); sizes != schedule->end() && sizes->is_array())
    scale_sizes(*sizes, longer / before, longer);
}

/// Published weights see squares of this size.
void let_resolution_follow(Json& document, const PictureSize& size) {
  Json* network = table_of(document, "network");
  if (network != nullptr && network->contains("weights") && size.width == size.height)
    (*network)["resolution"] = size.width;
}

void put_size(Json& document, const PictureSize& size) {
  Json* input = table_of(document, "input");
  if (input == nullptr) return;
  (*input)["width"] = size.width;
  (*input)["height"] = size.height;
  if (pixels_of(*input, "resize", 0) > 0 && size.width != size.height) (*input)["resize"] = 0;
}

}  // namespace

std::string PictureSize::to_text() const {
  return width == height ? fmt::format("{}", width) : fmt::format("{}x{}", width, height);
}

bool SettingChanges::has(std::string_view key) const {
  return std::ranges::any_of(settings, [&](const std::string& setting) { return key_of(setting) == key; });
}

void SettingChanges::apply(Json& document) const {
  if (size && !has("schedule.sizes")) let_sizes_follow(document, *size);
  if (size) let_resolution_follow(document, *size);
  apply_over_input(document);
}

void SettingChanges::apply_over_input(Json& document) const {
  if (size) put_size(document, *size);
  for (const std::string& setting : settings) recipe::set_value(document, setting);
}

void add_setting_options(CLI::App& command, SettingChanges& changes, SettingOptions which) {
  const auto from_options = std::make_shared<std::vector<std::string>>();
  for (const SettingOption& option : kOptions) {
    if (which == SettingOptions::of_steps && !option.of_steps) continue;
    command.add_option_function<std::string>(
        option.name,
        [from_options, key = option.key](const std::string& value) {
          from_options->push_back(fmt::format("{}={}", key, value));
        },
        option.description);
  }
  add_size_option(command, changes.size);
  command.add_option("--set", changes.settings,
                     "any setting of the recipe, such as training.accumulate=4; may be repeated");
  command.parse_complete_callback([&changes, from_options] {
    merge(changes, *from_options);
    require_one_size(changes);
  });
}

}  // namespace margay::app
