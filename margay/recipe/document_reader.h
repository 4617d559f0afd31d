// Reads the values of one table of a configuration document and notices the keys that nobody asked for.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/json.h"
#include "margay/recipe/setting_names.h"

namespace margay::recipe {

/// A table such as [optimizer], or the document itself, which has no name. Ask for each key that is known,
/// then call `finish`.
class DocumentReader {
 public:
  /// `table` may be null when the document lacks it; it must outlive the reader. `where` names the document.
  DocumentReader(const Json* table, std::string name, std::string_view where);

  /// The table named `key` inside this one.
  DocumentReader table(const std::string& key);

  // Leave `value` as it is when the key is absent; throw SettingError when it has another type or is out of
  // range.
  void read(const std::string& key, std::string& value);
  void read(const std::string& key, double& value, double low, double high);
  void read(const std::string& key, int& value, int low, int high);
  void read(const std::string& key, uint64_t& value);
  void read(const std::string& key, bool& value);
  void read(const std::string& key, std::vector<std::string>& values);
  void read(const std::string& key, std::vector<double>& values, double low, double high);
  void read(const std::string& key, std::vector<int>& values, int low, int high);
  /// Any value, also under the name that earlier versions have; null when absent.
  const Json* find(const std::string& key);

  /// To be called when every key was asked for. That of the document, which comes last and knows the names in
  /// all tables, throws UsageError where any of them has another key, or is no table.
  void finish() const;

  /// A SettingError about one key.
  [[noreturn]] void fail(const std::string& key, const Json& found, std::string_view expected,
                         std::string_view hint = {}) const;

 private:
  /// What was found in all tables of one document.
  struct Findings {
    SettingNames names;
    std::vector<std::string> unknown;                            ///< keys by their full names
    std::vector<std::pair<std::string, std::string>> no_tables;  ///< what should be one, and what it is
  };

  DocumentReader(const Json* table, std::string name, std::string_view where,
                 std::shared_ptr<Findings> findings);
  [[noreturn]] void fail_as_no_table(const std::string& name, const std::string& found) const;

  /// One value; `found` is all that `key` has, which may be a list of them.
  void convert(const std::string& key, const Json& found, std::string& value) const;
  void convert(const std::string& key, const Json& found, double& value, double low, double high) const;
  void convert(const std::string& key, const Json& found, int& value, int low, int high) const;
  template <class Value, class... Bounds>
  void read_list(const std::string& key, std::vector<Value>& values, Bounds... bounds);
  std::string full_name(const std::string& key) const;

  const Json* table_;
  std::string name_;
  std::string where_;
  std::set<std::string> known_;
  std::shared_ptr<Findings> findings_;
};

}  // namespace margay::recipe
