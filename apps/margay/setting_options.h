// Options that stand for settings of a recipe under the names that everybody uses: --lr for optimizer.lr.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/recipe/picture_size.h"

namespace margay::app {

using recipe::PictureSize;

/// What the user wants to be otherwise than in the recipe.
struct SettingChanges {
  std::vector<std::string> settings;  ///< as --set takes them; those of other options are added
  std::optional<PictureSize> size;    ///< --size

  /// Whether a setting of this key is among them.
  bool has(std::string_view key) const;
  /// The keys of all of them, also where a setting is a whole table. Throws UsageError.
  std::vector<std::string> keys() const;
  /// Throws UsageError where they name a key that an option of its own gives too.
  void require_without(std::string_view key) const;
  /// Puts the size and then the settings over a document. Training pictures of other sizes
  /// (schedule.sizes) and the resolution for published weights follow the size. Throws UsageError.
  void apply(Json& document) const;
  /// The same again for a document whose [input] was replaced in between.
  void apply_over_input(Json& document) const;
};

/// Which options a command takes.
enum class SettingOptions {
  all,       ///< --lr, --lr-schedule, --batch-size, --optimizer, --size
  searched,  ///< the same, with lists and ranges of values
  of_steps,  ///< the last three, which matter where there are steps but no training
};

/// Adds --set and those. One of them together with a --set of the same setting is refused.
void add_setting_options(CLI::App& command, SettingChanges& changes, SettingOptions which);

}  // namespace margay::app
