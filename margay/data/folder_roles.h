// Which folders of a listing are splits and which are classes.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/data/folder_tree.h"

namespace margay::data {

/// The outermost part of a name with '/', and what follows it (empty when there is no '/').
std::pair<std::string_view, std::string_view> first_part(std::string_view name);

/// What the folders of a data set stand for.
enum class Nesting {
  classes,            ///< cats/1.jpg
  splits_of_classes,  ///< train/cats/1.jpg
  classes_of_splits,  ///< cats/train/1.jpg
};

/// The place of a name: its split ("" beside the splits), and the rest from the class folder on.
struct SplitAndRest {
  std::string split;
  std::string rest;
};

/// Finds out what the outer folders mean.
class FolderRoles {
 public:
  /// `is_told` says that somebody has said which folders are classes, so that nothing is refused. Throws
  /// DataError for two folders of one split, and for folders that look like splits of unknown names.
  FolderRoles(const FolderTree& tree, const std::filesystem::path& root, bool is_told);

  /// Folders around the data set, which were entered: empty, or with '/' at the end.
  const std::string& wrapping() const { return wrapping_; }
  /// Folders that hold the splits or the classes.
  const std::vector<std::string>& top() const { return top_; }
  Nesting nesting() const { return nesting_; }
  /// By folder, for the outer folders or, as the nesting says, the inner ones.
  const std::map<std::string, std::string, std::less<>>& splits() const { return splits_; }

  /// Of a name below the root; "all" where there are no splits.
  SplitAndRest place_of(std::string_view name) const;

 private:
  void enter_wrapping_folders(const FolderTree& tree);
  bool looks_split(const FolderTree& tree) const;
  bool looks_split_inside(const FolderTree& tree);
  void require_one_folder_each(const std::filesystem::path& root) const;
  void find_repeated_folders(const FolderTree& tree);
  void refuse_several_data_sets(const FolderTree& tree, const std::filesystem::path& root) const;
  void refuse_classes_beside_splits(const FolderTree& tree, const std::filesystem::path& root) const;
  void refuse_split_among_classes(const FolderTree& tree, const std::filesystem::path& root) const;
  void refuse_unsplit_class(const FolderTree& tree, const std::filesystem::path& root,
                            const std::string& split_class, const std::vector<std::string>& splits) const;
  void refuse_unknown_splits(const FolderTree& tree, const std::filesystem::path& root) const;

  std::string wrapping_;
  std::vector<std::string> top_;
  Nesting nesting_ = Nesting::classes;
  std::map<std::string, std::string, std::less<>> splits_;
  std::map<std::string, std::string, std::less<>> repeated_;  ///< train: train/ of train/train/cats/1.jpg
};

}  // namespace margay::data
