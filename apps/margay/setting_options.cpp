// From options to settings.
#include "apps/margay/setting_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "apps/margay/number_options.h"
#include "apps/margay/picture_size.h"
#include "margay/core/error.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/setting_names.h"
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

void require_each_once(const SettingChanges& changes) {
  std::set<std::string_view> keys;
  for (const std::string& setting : changes.settings)
    require(keys.insert(key_of(setting)).second, "command line",
            fmt::format("{} is given twice", key_of(setting)), "leave one of them out");
}

/// What a run notes about itself would go unheard, or over what other options say.
void require_settable(const SettingChanges& changes) {
  for (const std::string& setting : changes.settings)
    require(!recipe::is_of_runs(key_of(setting)), "command line",
            fmt::format("{} is what a run notes about itself, and no setting", key_of(setting)),
            "leave it out; options such as --epochs say what is to be otherwise");
}

/// --size stands for two settings.
void require_one_size(const SettingChanges& changes) {
  if (!changes.size) return;
  for (const std::string& key : changes.keys())
    require(key != "input.width" && key != "input.height", "command line",
            fmt::format("{} is given twice, by --size too", key), "leave one of them out");
}

void add_size_option(CLI::App& command, std::optional<PictureSize>& size) {
  command.add_option_function<std::string>(
      "--size", [&size](const std::string& text) { size = parse_size(text); },
      "width and height of pictures as the network gets them, in pixels: 150, or 160x120 (default: the "
      "recipe's)");
}

}  // namespace

bool SettingChanges::has(std::string_view key) const {
  return std::ranges::any_of(settings, [&](const std::string& setting) { return key_of(setting) == key; });
}

std::vector<std::string> SettingChanges::keys() const {
  Json document = Json::object();
  for (const std::string& setting : settings) recipe::set_value(document, setting);
  return recipe::keys_of(document);
}

void SettingChanges::require_without(std::string_view key) const {
  const std::vector<std::string> given = keys();
  require(std::ranges::find(given, key) == given.end(), "command line",
          fmt::format("{} is given twice, by an option of its own and by --set", key),
          "leave one of them out");
}

void SettingChanges::apply(Json& document) const {
  if (size && !has("schedule.sizes")) recipe::let_sizes_follow(document, *size);
  if (size) recipe::let_resolution_follow(document, *size);
  apply_over_input(document);
}

void SettingChanges::apply_over_input(Json& document) const {
  if (size) recipe::put_size(document, *size);
  for (const std::string& setting : settings) recipe::set_value(document, setting);
}

void add_setting_options(CLI::App& command, SettingChanges& changes, SettingOptions which) {
  const auto from_options = std::make_shared<std::vector<std::string>>();
  for (const SettingOption& option : kOptions) {
    if (which == SettingOptions::of_steps && !option.of_steps) continue;
    const std::string names = option.name;
    const Values values = which == SettingOptions::searched ? Values::searched : Values::one;
    command
        .add_option_function<std::string>(
            names,
            [from_options, key = option.key](const std::string& value) {
              from_options->push_back(fmt::format("{}={}", key, value));
            },
            option.description)
        ->transform(setting_value(names.substr(0, names.find(',')), option.key, values));
  }
  add_size_option(command, changes.size);
  command.add_option("--set", changes.settings,
                     "any setting of the recipe, such as training.accumulate=4; may be repeated");
  command.parse_complete_callback([&changes, from_options] {
    require_each_once(changes);
    require_settable(changes);
    merge(changes, *from_options);
    require_one_size(changes);
  });
}

}  // namespace margay::app
