// Takes keys out of a document, and compares two of them.
#include "margay/recipe/lasting_settings.h"

#include <fmt/format.h>

#include <initializer_list>

namespace margay::recipe {
namespace {

void erase(Json& table, std::initializer_list<const char*> keys) {
  for (const char* key : keys) table.erase(key);
}

/// Whatever the order of keys, which files of different kinds do not keep.
bool is_same(const Json& a, const Json& b) {
  if (a.type() != b.type() || !a.is_structured()) return a == b;
  if (a.size() != b.size()) return false;
  for (const auto& [key, value] : a.items()) {
    const bool is_there = a.is_array() || b.contains(key);
    if (!is_there || !is_same(value, a.is_array() ? b.at(std::stoul(key)) : b.at(key))) return false;
  }
  return true;
}

/// Lists of layers are too long to be told.
std::string describe_change(const std::string& key, const Json& was, const Json& is) {
  if (was.is_structured() || is.is_structured()) return fmt::format("{} is not what it was", key);
  return fmt::format("{} is {} and was {}", key, describe_json(is), describe_json(was));
}

void compare(const Json& was, const Json& is, const std::string& prefix, std::vector<std::string>& changes) {
  for (const auto& [name, before] : was.items()) {
    const auto now = is.find(name);
    if (now == is.end() || is_same(before, *now)) continue;
    if (before.is_object() && now->is_object())
      compare(before, *now, prefix + name + ".", changes);
    else
      changes.push_back(describe_change(prefix + name, before, *now));
  }
}

/// A published network and layers are under different keys, of which neither document has both.
void compare_networks(const Json& was, const Json& is, std::vector<std::string>& changes) {
  const auto name_of = [](const Json& document) {
    const auto network = document.find("network");
    const bool has_name = network != document.end() && network->contains("name");
    return has_name ? describe_json(network->at("name")) : std::string("a list of layers");
  };
  const std::string before = name_of(was), now = name_of(is);
  const bool is_said = before.front() == '"' && now.front() == '"';  // as the value of one key
  if (before != now && !is_said) changes.push_back(fmt::format("the network is {} and was {}", now, before));
}

}  // namespace

Json lasting_settings(const Config& config) {
  Json document = config.to_document();
  erase(document, {"description", "budget", "recorded_length", "source"});
  erase(document["training"], {"threads", "device", "precision", "fuse", "epochs", "patience", "min_delta"});
  erase(document["network"], {"weights"});
  const bool has_budget = config.budget.seconds > 0 || config.recorded_length.is_recorded();
  if (has_budget) erase(document["schedule"], {"warmup_epochs", "step_epochs"});
  return document;
}

std::vector<std::string> describe_changed_settings(const Json& was, const Json& is) {
  std::vector<std::string> changes;
  if (!was.is_object()) return changes;
  compare_networks(was, is, changes);
  compare(was, is, "", changes);
  return changes;
}

}  // namespace margay::recipe
