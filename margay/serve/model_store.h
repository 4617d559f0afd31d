// The models that are served, by name, and how they are loaded anew without a request being lost.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/serve/served_model.h"

namespace margay::serve {

/// A model that is to be served.
struct ModelSource {
  std::string name;            ///< letters, digits, '.', '_' and '-'
  std::filesystem::path path;  ///< of a run directory or a model file
};

/// "NAME=PATH", or PATH alone, whose name is that of the run directory or of the file. Throws UsageError
/// where the name is none for an address.
ModelSource read_model_source(const std::string& text);

/// What became of a model that was loaded anew.
struct Reload {
  std::string model;
  std::string error = {};  ///< empty: it was loaded; else the old one goes on
};

/// Thread-safe. A request keeps the model that it began with.
class ModelStore {
 public:
  using Load = std::function<std::shared_ptr<ServedModel>(const ModelSource&)>;

  /// Loads all. Throws what `load` throws, and UsageError for no model and for two of one name.
  ModelStore(const std::vector<ModelSource>& sources, Load load);
  ModelStore(const ModelStore&) = delete;
  ModelStore& operator=(const ModelStore&) = delete;
  /// Waits until no request uses a model.
  ~ModelStore();

  /// Null where there is none.
  std::shared_ptr<ServedModel> find(std::string_view name) const;
  /// In the order in which they were given.
  std::vector<std::string> names() const;

  /// Loads those anew whose files have changed since they were last looked at.
  std::vector<Reload> reload_changed();
  /// Loads all anew.
  std::vector<Reload> reload_all();

 private:
  /// By which a file is known again; another one in its place has another.
  struct FileState {
    uint64_t device = 0, inode = 0, size_bytes = 0;
    int64_t changed_s = 0, changed_ns = 0;
    bool operator==(const FileState&) const = default;
  };
  struct Entry {
    ModelSource source;
    std::shared_ptr<ServedModel> model;
    std::optional<FileState> file;
  };

  static std::optional<FileState> state_of(const std::filesystem::path& path);
  Reload reload(Entry& entry);
  /// Ends models that no request uses any more; never from a thread of theirs. Returns how many are left.
  size_t drop_retired();

  const Load load_;
  mutable std::mutex mutex_;  ///< of `model` in the entries and of `retired_`
  std::mutex reloading_;      ///< one reload at a time
  std::vector<Entry> entries_;
  std::vector<std::shared_ptr<ServedModel>> retired_;
};

}  // namespace margay::serve
