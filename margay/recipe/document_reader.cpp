// Typed, range-checked access to configuration tables.
#include "margay/recipe/document_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "margay/recipe/setting_error.h"

namespace margay::recipe {

DocumentReader::DocumentReader(const Json* table, std::string name, std::string_view where)
    : DocumentReader(table, std::move(name), where, std::make_shared<Findings>()) {}

DocumentReader::DocumentReader(const Json* table, std::string name, std::string_view where,
                               std::shared_ptr<Findings> findings)
    : table_(table), name_(std::move(name)), where_(where), findings_(std::move(findings)) {
  if (table_ == nullptr || table_->is_object()) return;
  findings_->no_tables.emplace_back(name_, format_json(*table_));
  table_ = nullptr;
}

std::string DocumentReader::full_name(const std::string& key) const {
  return name_.empty() ? key : name_ + "." + key;
}

void DocumentReader::fail(const std::string& key, const Json& found, std::string_view expected,
                          std::string_view hint) const {
  throw SettingError(where_, full_name(key), describe_json(found), expected, hint);
}

const Json* DocumentReader::find(const std::string& key) {
  if (known_.insert(key).second) findings_->names.add(full_name(key));
  if (table_ == nullptr) return nullptr;
  if (const auto found = table_->find(key); found != table_->end()) return &*found;
  const std::string earlier = earlier_key(full_name(key));
  const auto found = earlier.empty() ? table_->end() : table_->find(earlier);
  if (found == table_->end()) return nullptr;
  known_.insert(earlier);
  return &*found;
}

DocumentReader DocumentReader::table(const std::string& key) {
  return DocumentReader(find(key), full_name(key), where_, findings_);
}

void DocumentReader::convert(const std::string& key, const Json& found, std::string& value) const {
  if (!found.is_string()) fail(key, found, "text in quotes");
  value = found.get<std::string>();
}

void DocumentReader::convert(const std::string& key, const Json& found, double& value, double low,
                             double high) const {
  const bool fits = found.is_number() && found.get<double>() >= low && found.get<double>() <= high;
  if (!fits) fail(key, found, fmt::format("a number from {} to {}", low, high));
  value = found.get<double>();
}

void DocumentReader::convert(const std::string& key, const Json& found, int& value, int low, int high) const {
  const bool fits = found.is_number_integer() && found >= low && found <= high;
  if (!fits) fail(key, found, fmt::format("a whole number from {} to {}", low, high));
  value = found.get<int>();
}

void DocumentReader::read(const std::string& key, std::string& value) {
  if (const Json* found = find(key)) convert(key, *found, value);
}
void DocumentReader::read(const std::string& key, double& value, double low, double high) {
  if (const Json* found = find(key)) convert(key, *found, value, low, high);
}
void DocumentReader::read(const std::string& key, int& value, int low, int high) {
  if (const Json* found = find(key)) convert(key, *found, value, low, high);
}

template <class Value, class... Bounds>
void DocumentReader::read_list(const std::string& key, std::vector<Value>& values, Bounds... bounds) {
  const Json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_array()) fail(key, *found, "a list in brackets");
  values.clear();
  for (const Json& one : *found) convert(key, one, values.emplace_back(), bounds...);
}

void DocumentReader::read(const std::string& key, std::vector<std::string>& values) {
  read_list(key, values);
}
void DocumentReader::read(const std::string& key, std::vector<double>& values, double low, double high) {
  read_list(key, values, low, high);
}
void DocumentReader::read(const std::string& key, std::vector<int>& values, int low, int high) {
  read_list(key, values, low, high);
}

void DocumentReader::read(const std::string& key, uint64_t& value) {
  const Json* found = find(key);
  if (found == nullptr) return;
  // TOML's integers are signed: the larger half of uint64 cannot be written in it.
  const bool fits =
      found->is_number_integer() && *found >= 0 && *found <= std::numeric_limits<int64_t>::max();
  if (!fits) fail(key, *found, "a whole number from 0 to 2^63 - 1");
  value = found->get<uint64_t>();
}

void DocumentReader::read(const std::string& key, bool& value) {
  const Json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_boolean()) fail(key, *found, "true or false");
  value = found->get<bool>();
}

void DocumentReader::fail_as_no_table(const std::string& name, const std::string& found) const {
  const std::vector<std::string> settings = findings_->names.in_table(name);
  const std::string usual = name + ".name";
  const bool has_name = std::ranges::find(settings, usual) != settings.end();
  throw UsageError(where_, fmt::format("{} is {}; expected a table", name.empty() ? "it" : name, found),
                   has_name ? fmt::format("did you mean '{}'?", usual)
                            : fmt::format("it has {}", fmt::join(settings, ", ")));
}

void DocumentReader::finish() const {
  if (table_ != nullptr)
    for (const auto& [key, value] : table_->items())
      if (!known_.contains(key)) findings_->unknown.push_back(full_name(key));
  if (!name_.empty()) return;  // names of further tables may be what is meant
  for (const auto& [name, found] : findings_->no_tables) fail_as_no_table(name, found);
  for (const std::string& unknown : findings_->unknown)
    throw UsageError(where_, fmt::format("there is no setting '{}'", unknown),
                     findings_->names.hint_for(unknown));
}

}  // namespace margay::recipe
