// Numbers are read strictly, and settings by whoever reads those of recipes.
#include "apps/margay/number_options.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/recipe/config.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/search_space.h"
#include "margay/recipe/setting_error.h"

namespace margay::app {
namespace {

/// All of the text as a number; nothing where it is none, or more than can be.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>)
    if (!std::isfinite(value)) return std::nullopt;
  return value;
}

/// As a document has it: a whole number, a number, or a text.
Json json_of(std::string_view text) {
  if (const auto whole = number_of<int64_t>(text)) return *whole;
  if (const auto real = number_of<double>(text)) return *real;
  return std::string(text);
}

/// The number that somebody means who writes "20%", " 16" or "1e0", as one writes it otherwise; empty where
/// nothing is plain.
std::string plain_number(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  text = text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
  const bool percent = text.ends_with('%');
  if (percent) text = text.substr(0, text.find_last_not_of(" %") + 1);
  const std::optional<double> value = number_of<double>(text);
  return value ? fmt::format("{}", percent ? *value / 100 : *value) : std::string();
}

using Fits = std::function<bool(std::string_view)>;

/// Says what was given, what is expected and, where that is plain, what is meant.
[[noreturn]] void refuse(const std::string& option, const std::string& given, const std::string& expected,
                         const Fits& fits, const std::string& otherwise = {}) {
  const std::string plain = plain_number(given);
  const bool is_meant = !plain.empty() && plain != given && fits(plain);
  throw UsageError("command line", fmt::format("{} is '{}', expected {}", option, given, expected),
                   is_meant ? fmt::format("did you mean {}?", plain) : otherwise);
}

CLI::Validator checked(const std::string& option, const std::string& kind, const std::string& bounds,
                       const Fits& fits) {
  return CLI::Validator(
      [option, expected = fmt::format("{} from {}", kind, bounds), fits](std::string& text) {
        if (!fits(text)) refuse(option, text, expected, fits);
        return std::string();
      },
      bounds);
}

/// Why the setting cannot have the value; nothing where it can.
std::optional<recipe::SettingError> fault_of(const std::string& key, const Json& value) {
  Json document = Json::object();
  recipe::set_value(document, key, value);
  try {
    recipe::Config::from_document(document, "command line");
  } catch (const recipe::SettingError& error) {
    if (error.key() == key) return error;
  } catch (const UsageError&) {  // of what other settings the recipe has
  }
  return std::nullopt;
}

void require_value(const std::string& option, const std::string& key, const std::string& given,
                   const Json& value, Values values) {
  const auto fault = fault_of(key, value);
  if (!fault) return;
  const bool is_several = given.find(',') != given.npos || given.find("..") != given.npos;
  const bool is_of_sweep = is_several && values == Values::one && fault->hint().empty();
  refuse(
      option, given, fault->expected(),
      [&](std::string_view text) { return !fault_of(key, json_of(text)).has_value(); },
      is_of_sweep ? fmt::format("'margay sweep' tries several values: --set {}={}", key, given)
                  : fault->hint());
}

/// The ends of a range, or all values of a list; nothing for a single value.
std::vector<Json> searched_values(const std::string& key, const std::string& given) {
  const auto parameter = recipe::parse_parameter(key + "=" + given);
  if (!parameter || !parameter->choices.empty()) return parameter ? parameter->choices : std::vector<Json>();
  if (parameter->whole) return {static_cast<int64_t>(parameter->low), static_cast<int64_t>(parameter->high)};
  return {parameter->low, parameter->high};
}

}  // namespace

CLI::Validator whole_number(const std::string& option, int64_t low, int64_t high) {
  return checked(option, "a whole number", fmt::format("{} to {}", low, high), [=](std::string_view text) {
    const auto value = number_of<int64_t>(text);
    return value && *value >= low && *value <= high;
  });
}

CLI::Validator real_number(const std::string& option, double low, double high) {
  return checked(option, "a number", fmt::format("{} to {}", low, high), [=](std::string_view text) {
    const auto value = number_of<double>(text);
    return value && *value >= low && *value <= high;
  });
}

CLI::Validator size_in_bytes(const std::string& option) {
  return CLI::Validator(
      [option](std::string& text) {
        std::string bytes = text;
        bool is_size = false;
        try {
          is_size = CLI::AsSizeValue(false)(bytes).empty();
        } catch (const CLI::Error&) {  // of units that it does not know
        }
        is_size = is_size && !bytes.starts_with('-');
        require(is_size, "command line",
                fmt::format("{} is '{}', expected a size in bytes, in whole KB, MB or GB", option, text),
                "such as 500MB or 2GB");
        text = bytes;
        return std::string();
      },
      "");
}

CLI::Validator setting_value(const std::string& option, const std::string& key, Values values) {
  return CLI::Validator(
      [option, key, values](std::string& text) {
        const std::vector<Json> searched =
            values == Values::searched ? searched_values(key, text) : std::vector<Json>();
        for (const Json& value : searched) require_value(option, key, text, value, values);
        if (!searched.empty()) return std::string();
        const Json value = json_of(text);
        require_value(option, key, text, value, values);
        if (value.is_number() && !recipe::parse_value(text).is_number()) text = format_json(value);
        return std::string();
      },
      "");
}

}  // namespace margay::app
