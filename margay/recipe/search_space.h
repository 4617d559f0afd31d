// Which values a search may try: ranges and lists in place of single settings.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/core/random.h"

namespace margay::recipe {

/// A key of a recipe with the values that it may take: `choices`, or where there are none the numbers from
/// `low` to `high`.
struct Parameter {
  std::string key;  ///< "optimizer.lr"
  std::vector<Json> choices;
  double low = 0, high = 0;
  bool whole = false;        ///< both ends are whole numbers, and so is every value
  bool logarithmic = false;  ///< all factors are equally likely: of ranges that span ten times or more

  /// A value, with four significant digits where it is a fraction.
  Json draw(Random& random) const;
  /// "0.0001 to 0.01, logarithmic", "32, 64 or 128"
  std::string describe() const;
};

/// Reads "optimizer.lr=1e-4..1e-2" (a range) or "training.batch_size=32,64,128" (a list). Commas and dots
/// inside quotes or brackets belong to a value. Nothing for a plain setting. Throws UsageError for ranges
/// that make no sense.
std::optional<Parameter> parse_parameter(std::string_view assignment);

/// The settings of so many trials, each an object {key: value} with all keys in their order. A pure function
/// of the seed, in which trials are appended when there are to be more. No two are alike: fewer trials when
/// the values run out.
std::vector<Json> draw_trials(std::span<const Parameter> parameters, int trials, uint64_t seed);

/// The document with the settings of a trial.
Json with_settings(Json document, const Json& settings);

}  // namespace margay::recipe
