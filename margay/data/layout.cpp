// Reads a listing from the outside to the inside: wrapping folders, splits, classes, pictures.
#include "margay/data/layout.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "margay/core/error.h"
#include "margay/data/dataset_builder.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.dataset";
constexpr int kMaxWrappings = 8;

constexpr const char* kExpectedLayout =
    "expected a folder per split, and in each a folder per class:\n"
    "    DATA/\n"
    "      train/\n"
    "        cats/  1.jpg 2.jpg ...\n"
    "        dogs/  1.jpg 2.jpg ...\n"
    "      validation/        (or val, or valid; a test/ may follow)\n"
    "        cats/  ...\n"
    "        dogs/  ...\n"
    "  or, not split, DATA/cats/1.jpg ... DATA/dogs/1.jpg ...";

/// The outermost part of a name with '/', and what follows it (empty when there is no '/').
std::pair<std::string_view, std::string_view> first_part(std::string_view name) {
  const size_t slash = name.find('/');
  if (slash == name.npos) return {name, {}};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

/// The class that a folder means; "" for none.
std::string label_of(std::string_view folder, Labels labels) {
  if (labels == Labels::top) return std::string(first_part(folder).first);
  if (labels == Labels::leaf) return std::string(folder.substr(folder.rfind('/') + 1));
  return std::string(folder);
}

/// One reading of one listing.
class Reading {
 public:
  Reading(const Listing& listing, std::shared_ptr<const PictureStore> store, Labels labels, Dataset& dataset)
      : listing_(listing), builder_(std::move(store)), labels_(labels), dataset_(dataset) {
    dataset_.ignored = listing.ignored;
  }

  void read() {
    enter_wrapping_folders();
    is_split_ = looks_split();
    check_splits();
    for (const std::string& folder : listing_.folders) read_folder(folder);
    for (size_t i = 0; i < listing_.pictures.size(); ++i)
      read_picture(listing_.pictures[i], static_cast<uint32_t>(i));
    dataset_.layout =
        is_split_ ? "a folder per split, in it a folder per class" : "a folder per class, not split";
    builder_.finish(dataset_, nothing_found(), kExpectedLayout);
    warn_of_nesting();
    warn_of_ignored();
  }

 private:
  /// The name below the wrapping folders; empty when it is not below them.
  std::string_view inner(std::string_view name) const {
    return name.starts_with(wrapping_) ? name.substr(wrapping_.size()) : std::string_view();
  }

  /// Folders directly below `prefix`, which is empty or ends with '/'.
  std::vector<std::string> folders_in(std::string_view prefix) const {
    std::vector<std::string> names;
    for (const std::string& folder : listing_.folders)
      if (folder.size() > prefix.size() && folder.starts_with(prefix) &&
          folder.find('/', prefix.size()) == folder.npos)
        names.push_back(folder.substr(prefix.size()));
    return names;
  }

  bool has_folders_in(const std::string& prefix) const {
    const auto next = std::lower_bound(listing_.folders.begin(), listing_.folders.end(), prefix);
    return next != listing_.folders.end() && next->starts_with(prefix);
  }

  bool has_picture_in(std::string_view prefix) const {
    return std::any_of(listing_.pictures.begin(), listing_.pictures.end(), [&](const ListedPicture& picture) {
      return picture.name.starts_with(prefix) && picture.name.find('/', prefix.size()) == std::string::npos;
    });
  }

  /// An archive often holds one folder that holds the data set: goes down until there is more than one
  /// folder, or pictures, or a name that means a split.
  void enter_wrapping_folders() {
    top_ = folders_in("");
    for (int depth = 0; depth < kMaxWrappings; ++depth) {
      if (top_.size() != 1 || !split_of_name(top_.front()).empty() || has_picture_in(wrapping_)) break;
      const std::string below = wrapping_ + top_.front() + '/';
      std::vector<std::string> folders = folders_in(below);
      if (folders.empty()) break;
      wrapping_ = below;
      dataset_.root /= top_.front();
      top_ = std::move(folders);
    }
  }

  /// A class may be called train where others are called car and plane: a split holds folders, or has only
  /// splits beside it.
  bool looks_split() const {
    const auto names_split = [](const std::string& folder) { return !split_of_name(folder).empty(); };
    if (top_.empty()) return false;
    return std::all_of(top_.begin(), top_.end(), names_split) ||
           std::any_of(top_.begin(), top_.end(), [&](const std::string& folder) {
             return names_split(folder) && has_folders_in(wrapping_ + folder + '/');
           });
  }

  void check_splits() {
    if (!is_split_) return;
    std::map<std::string, std::string> seen;
    for (const std::string& folder : top_) {
      const std::string split = split_of_name(folder);
      if (split.empty()) {
        dataset_.warnings.push_back(fmt::format(
            "the folder '{}' beside the splits is not read: only train, validation (val, valid) and test are",
            folder));
        continue;
      }
      const auto [other, is_new] = seen.emplace(split, folder);
      require<DataError>(
          is_new, kWhere,
          fmt::format("{} and {} both mean the split '{}'", (dataset_.root / other->second).string(),
                      (dataset_.root / folder).string(), split),
          "keep one of them");
      builder_.expect(split);
    }
  }

  /// The split of a name below the wrapping folders and what follows its folder; nothing beside the splits.
  std::pair<std::string, std::string_view> split_and_rest(std::string_view name) const {
    if (!is_split_) return {"all", name};
    const auto [folder, rest] = first_part(name);
    return {split_of_name(folder), rest};
  }

  void read_folder(const std::string& full_name) {
    const auto [split, folder] = split_and_rest(inner(full_name));
    if (split.empty() || folder.empty()) return;
    const bool nested = folder.find('/') != folder.npos;
    if (nested && nested_++ == 0) first_nested_ = full_name.substr(wrapping_.size());
    // Which folders stand for classes even when they are without pictures.
    const bool outermost = labels_ == Labels::top && !nested;
    const bool innermost = labels_ != Labels::top && !has_folders_in(full_name + '/');
    if (outermost || innermost) builder_.expect(split, label_of(folder, labels_));
  }

  void read_picture(const ListedPicture& listed, uint32_t picture) {
    const auto [split, rest] = split_and_rest(inner(listed.name));
    const size_t slash = rest.rfind('/');
    const auto ignore = [&](const char* reason) {
      ++dataset_.ignored[listed.refusal == nullptr ? reason : listed.refusal];
    };
    if (split.empty() && !rest.empty())
      ignore("a picture beside the splits");
    else if (slash == rest.npos)
      ignore("a picture outside a class folder");
    else
      add(split, rest.substr(0, slash), picture);
  }

  void add(const std::string& split, std::string_view folder, uint32_t picture) {
    const std::string label = label_of(folder, labels_);
    builder_.add(split, label, picture);
    if (labels_ != Labels::leaf) return;
    const auto [other, is_new] = folder_of_leaf_.emplace(label, folder);
    if (!is_new && other->second != folder && merged_leaves_.insert(label).second)
      dataset_.warnings.push_back(fmt::format("the class '{}' is in several folders, such as {} and {}",
                                              label, other->second, folder));
  }

  void warn_of_nesting() {
    if (nested_ == 0 || labels_ != Labels::top) return;
    dataset_.warnings.push_back(
        fmt::format("{} inside a class folder (such as {}): pictures there count for the outermost folder's "
                    "class; --labels leaf or --labels path makes classes of the inner folders",
                    nested_ == 1 ? "1 folder lies" : fmt::format("{} folders lie", nested_), first_nested_));
  }

  void warn_of_ignored() {
    for (const char* reason : {kLinkOutside, kClosedFolder}) {
      const auto found = dataset_.ignored.find(reason);
      if (found == dataset_.ignored.end()) continue;
      dataset_.warnings.push_back(fmt::format(
          "{} not followed: {}",
          found->second == 1 ? "1 entry is" : fmt::format("{} entries are", found->second), reason));
    }
  }

  /// What there is where nothing was understood.
  std::string nothing_found() const {
    constexpr size_t shown_folders = 5;
    const std::vector<std::string> shown(top_.begin(),
                                         top_.begin() + std::min<long>(std::ssize(top_), shown_folders));
    std::string text = fmt::format("{} holds no pictures in class folders: {} folder{}",
                                   dataset_.root.string(), top_.size(), top_.size() == 1 ? "" : "s");
    if (!shown.empty())
      text += fmt::format(" ({}{})", fmt::join(shown, ", "), top_.size() > shown_folders ? ", ..." : "");
    for (const auto& [reason, count] : dataset_.ignored) text += fmt::format(", {} x {}", count, reason);
    return text;
  }

  const Listing& listing_;
  DatasetBuilder builder_;
  const Labels labels_;
  Dataset& dataset_;
  std::string wrapping_;          ///< empty, or with '/' at its end
  std::vector<std::string> top_;  ///< folders that hold the splits or classes
  bool is_split_ = false;
  size_t nested_ = 0;  ///< folders inside class folders
  std::string first_nested_;
  std::map<std::string, std::string> folder_of_leaf_;
  std::set<std::string> merged_leaves_;
};

}  // namespace

void understand_folders(const Listing& listing, std::shared_ptr<const PictureStore> store, Labels labels,
                        Dataset& dataset) {
  Reading(listing, std::move(store), labels, dataset).read();
}

}  // namespace margay::data
