// Looks at names from the outside to the inside.
#include "margay/data/folder_roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/joined.h"
#include "margay/core/lower_case.h"
#include "margay/core/option_text.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.dataset";
constexpr int kMaxWrappings = 8;
constexpr size_t kShownNames = 4;

std::string listed(const std::vector<std::string>& names) {
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kShownNames));
  return fmt::format("{}{}", fmt::join(names.begin(), end, ", "), names.size() > kShownNames ? ", ..." : "");
}

std::set<std::string> as_set(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

std::vector<std::string> names_of(const std::map<std::string, std::string, std::less<>>& splits) {
  std::vector<std::string> names;
  for (const auto& [folder, split] : splits) names.push_back(folder);
  return names;
}

/// Whether all are names of splits, of two or more.
bool are_splits(const std::vector<std::string>& names) {
  std::set<std::string> kinds;
  for (const std::string& name : names) kinds.insert(split_of_name(name));
  return kinds.size() > 1 && !kinds.contains("");
}

}  // namespace

std::pair<std::string_view, std::string_view> first_part(std::string_view name) {
  const size_t slash = name.find('/');
  if (slash == name.npos) return {name, {}};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

FolderRoles::FolderRoles(const FolderTree& tree, const std::filesystem::path& root, bool is_told) {
  enter_wrapping_folders(tree);
  const std::filesystem::path inner_root = wrapping_.empty() ? root : root / wrapping_;
  splits_ = splits_of_folders(top_);
  if (looks_split(tree)) {
    nesting_ = Nesting::splits_of_classes;
    require_one_folder_each(inner_root);
    find_repeated_folders(tree);
    if (!is_told) refuse_classes_beside_splits(tree, inner_root);
    return;
  }
  if (!is_told) refuse_split_among_classes(tree, inner_root);
  splits_.clear();
  if (is_told) return;
  refuse_several_data_sets(tree, inner_root);
  if (looks_split_inside(tree))
    nesting_ = Nesting::classes_of_splits;
  else
    refuse_unknown_splits(tree, inner_root);
}

/// An archive often holds one folder that holds the data set: goes down until there is more than one
/// folder, or pictures, or a name that means a split.
void FolderRoles::enter_wrapping_folders(const FolderTree& tree) {
  top_ = tree.folders_in("");
  for (int depth = 0; depth < kMaxWrappings; ++depth) {
    if (top_.size() != 1 || !split_of_name(top_.front()).empty() || tree.has_picture_in(wrapping_)) break;
    const std::string below = wrapping_ + top_.front() + '/';
    std::vector<std::string> folders = tree.folders_in(below);
    if (folders.empty()) break;
    wrapping_ = below;
    top_ = std::move(folders);
  }
}

/// A class may be called train where others are called car and plane: a split holds folders, or has only
/// splits beside it.
bool FolderRoles::looks_split(const FolderTree& tree) const {
  if (splits_.empty()) return false;
  return splits_.size() == top_.size() || std::ranges::any_of(splits_, [&](const auto& split) {
           return tree.has_folders_in(wrapping_ + split.first + '/');
         });
}

/// train/cats, train/dogs and, beside them, old/cats, old/dogs or dogs itself: pictures that somebody meant.
void FolderRoles::refuse_classes_beside_splits(const FolderTree& tree,
                                               const std::filesystem::path& root) const {
  std::set<std::string> classes;
  for (const auto& [folder, split] : splits_) {
    const auto repeated = repeated_.find(folder);
    const std::string inner = repeated == repeated_.end() ? "" : repeated->second + '/';
    classes.merge(as_set(tree.folders_with_pictures_in(wrapping_ + folder + '/' + inner)));
  }
  for (const std::string& folder : top_) {
    if (splits_.contains(folder)) continue;
    const std::string prefix = wrapping_ + folder + '/';
    const std::vector<std::string> inner = tree.folders_with_pictures_in(prefix);
    const auto is_class = [&](const std::string& name) { return classes.contains(name); };
    const bool is_one = is_class(folder) && tree.has_picture_below(prefix);
    const bool holds_them = inner.size() > 1 && std::ranges::all_of(inner, is_class);
    require<DataError>(
        !is_one && !holds_them, kWhere,
        fmt::format(
            "{}: the folder {} stands beside the {} {} and {}", root.string(), folder,
            splits_.size() == 1 ? "split" : "splits", listed(names_of(splits_)),
            is_one ? "has the name of a class" : "holds the same classes, but is not called as splits are"),
        is_one ? "move it into a split, as in train/" + folder +
                     ", or out of the data; `labels=top` goes on "
                     "without it"_worded
               : "rename it to train, validation or test, or move it out of the data; `labels=top` goes on "
                 "without it"_worded);
  }
}

/// cats, dogs and test, which holds pictures of either. A class may be called train: of vehicles.
void FolderRoles::refuse_split_among_classes(const FolderTree& tree,
                                             const std::filesystem::path& root) const {
  for (const auto& [folder, split] : splits_)
    require<DataError>(
        split == "train" || !tree.has_picture_below(wrapping_ + folder + '/'), kWhere,
        fmt::format("{}: the folder {} has the name of a split, and stands among folders of classes",
                    root.string(), folder),
        "put the classes into a folder train, and those of its pictures into class folders too; or move it "
        "out of the data; `labels=top` makes it a class"_worded);
}

/// data1/train/cats and data2/train/cats: the outer folders are no classes.
void FolderRoles::refuse_several_data_sets(const FolderTree& tree, const std::filesystem::path& root) const {
  const auto is_data_set = [&](const std::string& folder) {
    const std::string prefix = wrapping_ + folder + '/';
    return !tree.has_picture_in(prefix) &&
           std::ranges::any_of(tree.folders_with_pictures_in(prefix), [&](const std::string& inner) {
             const std::string split = prefix + inner + '/';
             return !split_of_name(inner).empty() && !tree.has_picture_in(split) &&
                    tree.folders_in(split).size() > 1;
           });
  };
  std::vector<std::string> found;
  for (const std::string& folder : top_)
    if (is_data_set(folder)) found.push_back(folder);
  require<DataError>(
      found.size() < 2, kWhere,
      fmt::format("{}: {} are data sets of their own, with splits and classes in them", root.string(),
                  joined(found, kShownNames)),
      found.empty() ? "" : fmt::format("name one of them: {}", (root / found.front()).string()));
}

/// Each class has its own splits: cats/train, cats/test, dogs/train, dogs/test.
bool FolderRoles::looks_split_inside(const FolderTree& tree) {
  std::set<std::string> inner;
  size_t classes = 0;
  for (const std::string& folder : top_) {
    const std::string prefix = wrapping_ + folder + '/';
    if (!tree.has_picture_below(prefix)) continue;
    const std::vector<std::string> folders = tree.folders_with_pictures_in(prefix);
    if (folders.empty() || tree.has_picture_in(prefix)) return false;
    inner.insert(folders.begin(), folders.end());
    ++classes;
  }
  const std::vector<std::string> names(inner.begin(), inner.end());
  std::map<std::string, std::string, std::less<>> splits = splits_of_folders(names);
  std::set<std::string> kinds;
  for (const auto& [folder, split] : splits) kinds.insert(split);
  if (classes < 2 || splits.size() != names.size() || kinds.size() < 2) return false;
  splits_ = std::move(splits);
  return true;
}

void FolderRoles::require_one_folder_each(const std::filesystem::path& root) const {
  std::map<std::string, std::string> folders;
  for (const auto& [folder, split] : splits_) {
    const auto [other, is_new] = folders.emplace(split, folder);
    require<DataError>(
        is_new, kWhere,
        fmt::format("{} and {} both mean the split '{}'", (root / other->second).string(),
                    (root / folder).string(), split),
        "keep one of them, or rename one to train, validation or test; where the names say the "
        "class too, as cats_train does, make a folder of each: train/cats");
  }
}

/// Archives that were unpacked into a folder of their own name: train/train/cats/1.jpg.
void FolderRoles::find_repeated_folders(const FolderTree& tree) {
  for (const auto& [folder, split] : splits_) {
    const std::string prefix = wrapping_ + folder + '/';
    const std::vector<std::string> inner = tree.folders_in(prefix);
    if (inner.size() == 1 && lower_case(inner.front()) == lower_case(folder) &&
        !tree.has_picture_in(prefix) && tree.has_folders_in(prefix + inner.front() + '/'))
      repeated_.emplace(folder, inner.front());
  }
}

/// cats/train, cats/test, dogs/train, dogs/test, and birds without either.
void FolderRoles::refuse_unsplit_class(const FolderTree& tree, const std::filesystem::path& root,
                                       const std::string& split_class,
                                       const std::vector<std::string>& splits) const {
  for (const std::string& folder : top_) {
    const std::string prefix = wrapping_ + folder + '/';
    const std::vector<std::string> inner = tree.folders_with_pictures_in(prefix);
    const auto is_split = [](const std::string& name) { return !split_of_name(name).empty(); };
    if (!tree.has_picture_below(prefix) || (!inner.empty() && std::ranges::all_of(inner, is_split))) continue;
    throw DataError(
        kWhere,
        fmt::format("{}: the folder {} holds splits ({}), and {} holds none", root.string(), split_class,
                    listed(splits), folder),
        "give each class folder the same splits, or take the other out; `labels=top` makes a class "
        "of each, with the pictures of all splits"_worded);
  }
}

/// Folders that hold the same folders are splits rather than classes, but which?
void FolderRoles::refuse_unknown_splits(const FolderTree& tree, const std::filesystem::path& root) const {
  for (const std::string& folder : top_) {
    const std::string prefix = wrapping_ + folder + '/';
    const std::vector<std::string> inner = tree.folders_with_pictures_in(prefix);
    if (!tree.has_picture_in(prefix) && are_splits(inner)) refuse_unsplit_class(tree, root, folder, inner);
  }
  std::map<std::string, std::string> first_with;  // the outer folder in which an inner name was seen first
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> shared;
  for (const std::string& folder : top_) {
    const std::string prefix = wrapping_ + folder + '/';
    if (tree.has_picture_in(prefix)) continue;  // a class, whatever else it holds
    for (std::string& inner : tree.folders_with_pictures_in(prefix)) {
      const auto [first, is_new] = first_with.emplace(inner, folder);
      if (is_new) continue;
      std::vector<std::string>& names = shared[{first->second, folder}];
      names.push_back(std::move(inner));
      if (names.size() < 2) continue;
      throw DataError(
          kWhere,
          fmt::format(
              "{}: the folders {} and {} hold folders of the same names ({}), as splits do, but are not "
              "called as splits are",
              root.string(), first->second, folder, listed(names)),
          "rename them to train, validation or test; or say what the classes are: `labels=leaf` for the "
          "inner folders, `labels=top` for the outer, `labels=path` for both"_worded);
    }
  }
}

SplitAndRest FolderRoles::place_of(std::string_view name) const {
  if (!name.starts_with(wrapping_)) return {};
  name.remove_prefix(wrapping_.size());
  if (nesting_ == Nesting::classes) return {"all", std::string(name)};
  const auto [folder, rest] = first_part(name);
  if (nesting_ == Nesting::classes_of_splits) {
    const auto [inner, picture] = first_part(rest);
    const auto split = splits_.find(inner);
    if (split == splits_.end()) return {"", std::string(rest)};
    return {split->second, fmt::format("{}{}{}", folder, picture.empty() ? "" : "/", picture)};
  }
  const auto split = splits_.find(folder);
  if (split == splits_.end()) return {"", std::string(rest)};
  const auto repeated = repeated_.find(folder);
  if (repeated != repeated_.end() && first_part(rest).first == repeated->second)
    return {split->second, std::string(first_part(rest).second)};
  return {split->second, std::string(rest)};
}

}  // namespace margay::data
