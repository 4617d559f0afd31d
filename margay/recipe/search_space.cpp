// Parses and draws settings.
#include "margay/recipe/search_space.h"

#include <algorithm>
#include <cmath>

#include "margay/core/joined.h"
#include "margay/recipe/config.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

constexpr const char* kWhere = "set";

/// Where `separator` splits the text outside of quotes and brackets.
std::vector<std::string_view> split_outside(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (quote != 0)
      quote = letter == quote ? '\0' : quote;
    else if (letter == '"' || letter == '\'')
      quote = letter;
    else if (letter == '[' || letter == '{')
      ++depth;
    else if (letter == ']' || letter == '}')
      --depth;
    else if (depth == 0 && text.substr(i).starts_with(separator)) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + separator.size();
      i = begin - 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

/// Whether a setting has fractions, such as a rate. Not known of those that are no settings.
bool is_real(const std::string& key) {
  const Json document = Config{}.to_document();
  const size_t dot = key.find('.');
  const auto table = document.find(key.substr(0, dot));
  if (dot == key.npos || table == document.end()) return false;
  const auto value = table->find(key.substr(dot + 1));
  return value != table->end() && value->is_number_float();
}

Parameter parse_range(Parameter parameter, std::string_view low_text, std::string_view high_text) {
  const Json low = parse_value(low_text), high = parse_value(high_text);
  require(low.is_number() && high.is_number(), kWhere,
          fmt::format("{}={}..{} is no range of numbers", parameter.key, low_text, high_text),
          "write it as optimizer.lr=1e-4..1e-2; text with dots goes into quotes");
  parameter.low = low.get<double>(), parameter.high = high.get<double>();
  require(std::isfinite(parameter.low) && std::isfinite(parameter.high) && parameter.low < parameter.high,
          kWhere, fmt::format("{} goes from {} to {}", parameter.key, low_text, high_text),
          "the first number must be below the second");
  parameter.whole = low.is_number_integer() && high.is_number_integer() && !is_real(parameter.key);
  parameter.logarithmic = parameter.low > 0 && parameter.high >= 10 * parameter.low;
  return parameter;
}

Parameter parse_choices(Parameter parameter, std::span<const std::string_view> texts) {
  for (const std::string_view text : texts) {
    require(!text.empty(), kWhere, fmt::format("a value of {} is empty", parameter.key),
            "write lists as training.batch_size=32,64,128; an empty text as \"\"");
    const Json value = parse_value(text);
    require(std::ranges::find(parameter.choices, value) == parameter.choices.end(), kWhere,
            fmt::format("{} has {} twice", parameter.key, text));
    parameter.choices.push_back(value);
  }
  return parameter;
}

double four_digits(double value) {
  return std::stod(fmt::format("{:.3e}", value));
}

}  // namespace

std::optional<Parameter> parse_parameter(std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == assignment.npos) return std::nullopt;
  const std::string_view value = assignment.substr(equals + 1);
  Parameter named;
  named.key = assignment.substr(0, equals);
  if (const auto choices = split_outside(value, ","); choices.size() > 1)
    return parse_choices(named, choices);
  const auto ends = split_outside(value, "..");
  if (ends.size() == 1) return std::nullopt;
  require(ends.size() == 2, kWhere, fmt::format("{} is no range", assignment),
          "a range has two ends, as in optimizer.lr=1e-4..1e-2");
  return parse_range(named, ends[0], ends[1]);
}

Json Parameter::draw(Random& random) const {
  if (!choices.empty()) return choices[random.below(choices.size())];
  // Half a step more on either side gives the ends of whole numbers their share.
  const double from = whole ? low - 0.5 : low, to = whole ? high + 0.5 : high;
  const double value =
      logarithmic ? std::exp(random.uniform(std::log(from), std::log(to))) : random.uniform(from, to);
  if (whole) return static_cast<int64_t>(std::clamp(std::round(value), low, high));
  return std::clamp(four_digits(value), low, high);
}

std::string Parameter::describe() const {
  if (choices.empty())
    return fmt::format("{:g} to {:g}{}{}", low, high, whole ? ", whole numbers" : "",
                       logarithmic ? ", logarithmic" : "");
  std::vector<std::string> texts;
  for (const Json& choice : choices) texts.push_back(describe_json(choice));
  return joined(texts, texts.size(), "or");
}

std::vector<Json> draw_trials(std::span<const Parameter> parameters, int trials, uint64_t seed) {
  constexpr uint64_t kAttempts = 1000;  // after which there is hardly anything new
  std::vector<Json> drawn;
  for (uint64_t attempt = 0, last_new = 0;
       drawn.size() < static_cast<size_t>(trials) && attempt - last_new < kAttempts; ++attempt) {
    Json settings = Json::object();
    for (const Parameter& parameter : parameters) {
      Random random({hash_text("search"), seed, attempt, hash_text(parameter.key)});
      settings[parameter.key] = parameter.draw(random);
    }
    if (std::ranges::find(drawn, settings) != drawn.end()) continue;
    drawn.push_back(std::move(settings));
    last_new = attempt;
  }
  return drawn;
}

Json with_settings(Json document, const Json& settings) {
  for (const auto& [key, value] : settings.items()) set_value(document, key, value);
  return document;
}

}  // namespace margay::recipe
