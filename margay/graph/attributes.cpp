// Checks attributes against what a layer knows.
#include "margay/graph/attributes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "margay/core/error.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

void check_limits(const Node& node, const AttributeSpec& spec, const Attribute& value) {
  const auto check = [&](auto number) {
    if (!spec.limits.contain(static_cast<double>(number)))
      reject(node, fmt::format("{} is {}, it must be {}", spec.name, number, to_string(spec.limits)),
             spec.limits.hint);
  };
  if (const auto* whole = std::get_if<int64_t>(&value)) check(*whole);
  if (const auto* real = std::get_if<double>(&value)) check(*real);
}

/// The value as the type that the operator wants; a whole number serves as a number.
Attribute checked_value(const Node& node, const AttributeSpec& spec, Attribute value) {
  if (std::holds_alternative<double>(spec.default_value) && std::holds_alternative<int64_t>(value))
    value = static_cast<double>(std::get<int64_t>(value));
  if (value.index() != spec.default_value.index())
    reject(node, fmt::format("{} must be {}, it is {}", spec.name, type_name(spec.default_value),
                             type_name(value)));
  if (const auto* whole = std::get_if<int64_t>(&value);
      whole != nullptr && (*whole < 0 || *whole > kMaxInteger))
    reject(node, fmt::format("{} is {}, it must be from 0 to {}", spec.name, *whole, kMaxInteger));
  if (const auto* real = std::get_if<double>(&value); real != nullptr && !std::isfinite(*real))
    reject(node, fmt::format("{} is not finite", spec.name));
  check_limits(node, spec, value);
  return value;
}

void reject_unknown_attributes(const Node& node, std::span<const AttributeSpec> specs,
                               const std::map<std::string, Attribute>& given) {
  std::vector<std::string> known;
  for (const AttributeSpec& spec : specs) known.emplace_back(spec.name);
  for (const auto& [key, value] : given) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string nearest = nearest_name(key, known);
    const std::string has = known.empty() ? "it has none" : fmt::format("it has {}", fmt::join(known, ", "));
    reject(node, fmt::format("there is no attribute '{}'", key),
           nearest.empty() ? has : fmt::format("did you mean '{}'? {}", nearest, has));
  }
}

}  // namespace

bool Limits::contain(double value) const {
  return (without_least ? value > least : value >= least) && (without_most ? value < most : value <= most);
}

std::string to_string(const Limits& limits) {
  const bool has_least = std::isfinite(limits.least), has_most = std::isfinite(limits.most);
  if (has_least && has_most && !limits.without_least && !limits.without_most)
    return fmt::format("from {} to {}", limits.least, limits.most);
  std::string text;
  if (has_least)
    text = fmt::format("{} {}", limits.without_least ? "greater than" : "at least", limits.least);
  if (has_least && has_most) text += " and ";
  if (has_most) text += fmt::format("{} {}", limits.without_most ? "below" : "at most", limits.most);
  return text;
}

void complete_attributes(Node& node, std::span<const AttributeSpec> specs) {
  const std::map<std::string, Attribute> given = std::move(node.attributes);
  node.attributes.clear();
  reject_unknown_attributes(node, specs, given);
  for (const AttributeSpec& spec : specs) {
    const auto found = given.find(std::string(spec.name));
    if (found == given.end() && spec.required)
      reject(node, fmt::format("it needs the attribute '{}'", spec.name));
    Attribute value = found == given.end() ? spec.default_value : checked_value(node, spec, found->second);
    if (!spec.default_from.empty() && value == spec.default_value)
      value = node.attributes.at(std::string(spec.default_from));
    node.attributes.emplace(spec.name, std::move(value));
  }
}

}  // namespace margay::graph
