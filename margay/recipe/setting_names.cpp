// Finds the nearest names of settings.
#include "margay/recipe/setting_names.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/joined.h"
#include "margay/core/lower_case.h"

namespace margay::recipe {
namespace {

/// What other programs call a setting.
struct OtherName {
  std::string_view name;
  std::vector<std::string> settings;
};

const std::vector<OtherName>& other_names() {
  static const std::vector<OtherName> names{{"batch", {"training.batch_size"}},
                                            {"bs", {"training.batch_size"}},
                                            {"imgsz", {"input.width", "input.height"}},
                                            {"image_size", {"input.width", "input.height"}},
                                            {"size", {"input.width", "input.height"}},
                                            {"learning_rate", {"optimizer.lr"}},
                                            {"lr0", {"optimizer.lr"}},
                                            {"rate", {"optimizer.lr"}},
                                            {"lr_schedule", {"schedule.name"}},
                                            {"scheduler", {"schedule.name"}},
                                            {"early_stopping", {"training.patience"}},
                                            {"class_weight", {"training.balance"}},
                                            {"model", {"network.name"}},
                                            {"arch", {"network.name"}},
                                            {"pretrained", {"network.weights"}}};
  return names;
}

/// A setting that earlier versions called otherwise, in the same table.
struct RenamedSetting {
  std::string_view now, earlier;
};
constexpr RenamedSetting kRenamed[] = {
    {"head.l2", "head.decays"},
    {"network.head_scales", "network.levels"},
    {"optimizer.first_to_last_lr_ratio", "optimizer.first_layer_ratio"},
};

std::string_view table_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == name.npos ? std::string_view() : name.substr(0, dot);
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

/// "weight_decay" has "decay".
bool has_word(std::string_view name, std::string_view word) {
  const size_t at = name.find(word);
  if (word.empty() || at == name.npos || name.size() == word.size()) return false;
  const size_t end = at + word.size();
  return (at == 0 || name[at - 1] == '_') && (end == name.size() || name[end] == '_');
}

}  // namespace

bool is_of_runs(std::string_view name) {
  return name.starts_with("source") || name.starts_with("recorded_length");
}

std::string earlier_key(std::string_view full_name) {
  const auto found = std::ranges::find(kRenamed, full_name, &RenamedSetting::now);
  return found == std::end(kRenamed) ? std::string() : std::string(last_part(found->earlier));
}

std::vector<std::string> SettingNames::in_table(std::string_view table) const {
  std::vector<std::string> found;
  for (const std::string& name : names_)
    if (table_of(name) == table) found.push_back(name);
  return found;
}

std::vector<std::string> SettingNames::meant_by(std::string_view unknown) const {
  const std::string word = lower_case(std::string(last_part(unknown)));
  const size_t limit = word.size() / 2 + 1;  // as nearest_name has it
  size_t best = limit;
  std::vector<std::string> nearest, with_word;
  for (const std::string& name : names_) {
    if (is_of_runs(name)) continue;
    const size_t distance = edit_distance(word, last_part(name));
    if (distance < best) nearest.clear();
    if (distance <= best && distance < limit) best = distance, nearest.push_back(name);
    if (has_word(last_part(name), word)) with_word.push_back(name);
  }
  if (best != 0) {
    for (const OtherName& other : other_names())
      if (other.name == word) return other.settings;
    nearest.insert(nearest.end(), with_word.begin(), with_word.end());
  }
  const auto is_beside = [&](const std::string& name) { return table_of(name) == table_of(unknown); };
  if (std::ranges::any_of(nearest, is_beside))
    std::erase_if(nearest, [&](const std::string& name) { return !is_beside(name); });
  return nearest;
}

std::string SettingNames::hint_for(std::string_view unknown) const {
  for (const auto& [now, earlier] : kRenamed)
    if (earlier == unknown) return fmt::format("it is called '{}' now", now);
  const std::vector<std::string> meant = meant_by(unknown);
  if (meant.empty()) return fmt::format("known here: {}", fmt::join(in_table(table_of(unknown)), ", "));
  std::vector<std::string> quoted;
  for (const std::string& name : meant) quoted.push_back(fmt::format("'{}'", name));
  return fmt::format("did you mean {}?", joined(quoted, quoted.size(), "or"));
}

}  // namespace margay::recipe
