// Swaps pointers under a lock; loading takes as long as it takes, outside of it.
#include "margay/serve/model_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <thread>
#include <utility>

#include "margay/core/error.h"
#include "margay/model/model.h"

namespace margay::serve {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kWhere = "serve.models";

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text.front() != '.' && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

/// "article" for runs/article/, runs/article/model.safetensors and article.safetensors.
std::string name_of(fs::path path) {
  if (path.filename() == "model.safetensors") path = path.parent_path();
  if (!path.has_filename() || path.filename() == ".") path = fs::absolute(path).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.extension() == ".safetensors" ? path.stem().string() : path.filename().string();
}

}  // namespace

ModelSource read_model_source(const std::string& text) {
  const size_t sign = text.find('=');
  std::error_code unreadable;
  const bool is_named = sign != text.npos && is_name(text.substr(0, sign)) && !fs::exists(text, unreadable);
  ModelSource source =
      is_named ? ModelSource{text.substr(0, sign), text.substr(sign + 1)} : ModelSource{name_of(text), text};
  require(is_name(source.name), kWhere, fmt::format("'{}' is no name for an address", source.name),
          "write NAME=PATH with a name of letters, digits, '.', '_' and '-'");
  return source;
}

ModelStore::ModelStore(const std::vector<ModelSource>& sources, Load load) : load_(std::move(load)) {
  require(!sources.empty(), kWhere, "there is no model to serve");
  std::set<std::string> names;
  for (const ModelSource& source : sources) {
    require(names.insert(source.name).second, kWhere, fmt::format("two models are called '{}'", source.name),
            "write NAME=PATH for one of them");
    const auto file = state_of(source.path);  // before it is read, so that no change is missed
    entries_.push_back({source, load_(source), file});
  }
}

ModelStore::~ModelStore() {
  for (Entry& entry : entries_) retired_.push_back(std::move(entry.model));
  while (drop_retired() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::shared_ptr<ServedModel> ModelStore::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, name, [](const Entry& entry) { return entry.source.name; });
  return found == entries_.end() ? nullptr : found->model;
}

std::vector<std::string> ModelStore::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) names.push_back(entry.source.name);
  return names;
}

std::vector<Reload> ModelStore::reload_changed() {
  const std::lock_guard one(reloading_);
  std::vector<Reload> reloads;
  for (Entry& entry : entries_) {
    const auto file = state_of(entry.source.path);
    if (file.has_value() && file != entry.file) reloads.push_back(reload(entry));
  }
  drop_retired();
  return reloads;
}

std::vector<Reload> ModelStore::reload_all() {
  const std::lock_guard one(reloading_);
  std::vector<Reload> reloads;
  for (Entry& entry : entries_) reloads.push_back(reload(entry));
  drop_retired();
  return reloads;
}

std::optional<ModelStore::FileState> ModelStore::state_of(const fs::path& path) {
  try {
    struct stat status {};
    if (stat(model::find_model_file(path).c_str(), &status) != 0) return std::nullopt;
    return FileState{status.st_dev, status.st_ino, static_cast<uint64_t>(status.st_size),
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  } catch (const Error&) {  // it is gone: perhaps another takes its place
    return std::nullopt;
  }
}

Reload ModelStore::reload(Entry& entry) {
  entry.file = state_of(entry.source.path);
  try {
    std::shared_ptr<ServedModel> fresh = load_(entry.source);
    const std::lock_guard lock(mutex_);
    retired_.push_back(std::exchange(entry.model, std::move(fresh)));
    return {entry.source.name};
  } catch (const std::exception& error) {
    return {entry.source.name, reason_of(error)};
  }
}

size_t ModelStore::drop_retired() {
  std::vector<std::shared_ptr<ServedModel>> unused;
  const std::lock_guard lock(mutex_);
  // Nobody can get hold of a retired model any more, so that a count of one is the last one.
  const auto is_used = [](const auto& model) { return model.use_count() > 1; };
  // std::ranges::partition, as libstdc++ 12 has it, is more than clang 14 can read.
  const auto first_unused = std::partition(retired_.begin(), retired_.end(), is_used);
  unused.assign(std::make_move_iterator(first_unused), std::make_move_iterator(retired_.end()));
  retired_.erase(first_unused, retired_.end());
  return retired_.size();
}

}  // namespace margay::serve
