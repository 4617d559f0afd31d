// The names of all settings of a document, and what is meant by one that is none of them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace margay::recipe {

/// Settings by their full names, such as "optimizer.lr"; tables, such as "optimizer", are in it too.
class SettingNames {
 public:
  void add(std::string full_name) { names_.insert(std::move(full_name)); }

  /// A hint for a name that is not among them: by what earlier versions called it, by its last part in any
  /// table ("lr" and "training.lr" mean "optimizer.lr"), by what other programs call it, by what is nearest,
  /// or else all that its table has.
  std::string hint_for(std::string_view unknown) const;

  /// The settings of a table, or of the document for "", by their full names.
  std::vector<std::string> in_table(std::string_view table) const;

 private:
  std::vector<std::string> meant_by(std::string_view unknown) const;

  std::set<std::string> names_;
};

/// What files of earlier versions have in the place of the last part of this name; empty for most.
std::string earlier_key(std::string_view full_name);

/// What a run notes about itself, [source] and [recorded_length], is nothing to set.
bool is_of_runs(std::string_view name);

}  // namespace margay::recipe
