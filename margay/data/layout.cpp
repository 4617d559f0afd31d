// Reads a listing: what its folders stand for, then folder by folder and picture by picture.
#include "margay/data/layout.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "margay/archive/entry_fault.h"
#include "margay/archive/entry_name.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/data/dataset_builder.h"
#include "margay/data/entry_kind.h"
#include "margay/data/folder_roles.h"
#include "margay/data/folder_scan.h"
#include "margay/data/folder_tree.h"
#include "margay/data/label_pattern.h"

namespace margay::data {
namespace {

namespace fs = std::filesystem;

std::string expected_layout() {
  return "expected a folder per split, and in each a folder per class:\n"
         "    DATA/\n"
         "      train/\n"
         "        cats/  1.jpg 2.jpg ...\n"
         "        dogs/  1.jpg 2.jpg ...\n"
         "      validation/        (or val, dev, ...; a test/ may follow)\n"
         "        cats/  ...\n"
         "        dogs/  ...\n"
         "  or, not split, DATA/cats/1.jpg ... DATA/dogs/1.jpg ...\n"
         "  or names with the class in them, such as cat.17.jpg: `label_pattern=^([a-z]+)\\.`"_worded;
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
  Reading(const Listing& listing, std::shared_ptr<const PictureStore> store, const OpenOptions& options,
          Dataset& dataset, Purpose purpose)
      : listing_(listing),
        tree_(listing),
        roles_(tree_, dataset.root, options.labels || !options.label_pattern.empty()),
        builder_(std::move(store), purpose),
        labels_(options.labels.value_or(Labels::top)),
        given_root_(dataset.root),
        dataset_(dataset) {
    if (!options.label_pattern.empty()) pattern_.emplace(options.label_pattern);
    dataset_.left_out = listing.left_out;
    if (!roles_.wrapping().empty()) dataset_.root /= fs::path(roles_.wrapping()).parent_path();
  }

  void read() {
    expect_splits();
    if (!pattern_)
      for (const std::string& folder : listing_.folders) read_folder(folder);
    for (size_t i = 0; i < listing_.pictures.size(); ++i)
      read_picture(listing_.pictures[i], static_cast<uint32_t>(i));
    dataset_.layout = name_of_nesting();
    builder_.finish(dataset_, nothing_found(), expected());
    warn_of_nesting();
    warn_of_left_out();
  }

 private:
  const char* name_of_nesting() const {
    if (pattern_)
      return roles_.splits().empty() ? "a class in each name, not split"
                                     : "a class in each name, with splits";
    switch (roles_.nesting()) {
      case Nesting::splits_of_classes:
        return "a folder per split, in it a folder per class";
      case Nesting::classes_of_splits:
        return "a folder per class, in it a folder per split";
      default:
        return "a folder per class, not split";
    }
  }

  std::string expected() const {
    if (listing_.is_run)
      return fmt::format(
          "it is a run, a sweep or a story of margay; the pictures of a run are listed in its manifest: {}",
          (dataset_.root / "manifest.csv").string());
    for (const LeftOutEntry& entry : listing_.left_out.entries())
      if (entry.reason == kClosedFolder)
        return fmt::format("{} is {}: make it readable",
                           entry.name.empty() ? dataset_.root.string() : entry.name, entry.reason);
    for (const LeftOutEntry& entry : listing_.left_out.entries())
      if (!archive::fault_of_name(entry.name).empty())
        return "names in an archive have '/' between their folders, and no '..': unpack it and name the "
               "folder";
    if (const std::string packed = packed_pictures(); !packed.empty())
      return fmt::format("unpack {}, and name the folder", packed);
    const std::string layout = pattern_ ? label_pattern_hint() : expected_layout();
    if (const std::string table = table_beside(); !table.empty())
      return fmt::format("a table lies beside the pictures: name that, {}; else {}", table, layout);
    return dataset_.left_out.counts().contains(kLinkOutside)
               ? "`follow_links` follows the links; else "_worded + layout
               : layout;
  }

  /// An archive in the data set, or itself where its compression is not known; empty where there is none.
  std::string packed_pictures() const {
    if (!listing_.pictures.empty()) return {};
    for (const LeftOutEntry& entry : listing_.left_out.entries()) {
      if (entry.reason.starts_with(archive::kUnknownCompression)) return dataset_.root.string();
      if (is_named_as_archive(entry.name)) return entry.name;
    }
    return {};
  }

  /// As people unpack them from competitions: labels.csv beside train/.
  std::string table_beside() const {
    for (const LeftOutEntry& entry : listing_.left_out.entries())
      if (entry.name.find('/') == entry.name.npos && is_named_as_table(entry.name))
        return (given_root_ / entry.name).string();
    return {};
  }

  void expect_splits() {
    for (const auto& [folder, split] : roles_.splits()) builder_.expect(split);
    if (roles_.nesting() != Nesting::splits_of_classes) return;
    for (const std::string& folder : roles_.top())
      if (!roles_.splits().contains(folder))
        dataset_.warnings.push_back(
            fmt::format("the folder '{}' beside the splits is not read: only those of train, validation and "
                        "test are, by any usual name",
                        folder));
  }

  void read_folder(const std::string& full_name) {
    const auto [split, folder] = roles_.place_of(full_name);
    if (split.empty() || folder.empty()) return;
    const bool nested = folder.find('/') != folder.npos;
    if (nested && nested_++ == 0) first_nested_ = full_name.substr(roles_.wrapping().size());
    // Which folders stand for classes even when they are without pictures.
    const bool outermost = labels_ == Labels::top && !nested;
    const bool innermost = labels_ != Labels::top && !tree_.has_folders_in(full_name + '/');
    if (outermost || innermost) builder_.expect(split, label_of(folder, labels_));
  }

  void read_picture(const ListedPicture& listed, uint32_t picture) {
    const auto [split, rest] = roles_.place_of(listed.name);
    const size_t slash = rest.rfind('/');
    const std::optional<std::string> named = pattern_ ? pattern_->label_of(rest) : std::nullopt;
    const auto leave_out = [&](const char* reason) {
      dataset_.left_out.add(listed.name, listed.refusal == nullptr ? reason : listed.refusal);
    };
    if (split.empty() && !rest.empty())
      leave_out("a picture beside the splits");
    else if (named)
      builder_.add(split, *named, picture);
    else if (pattern_)
      leave_out("a picture whose name the label pattern finds no class in");
    else if (slash == rest.npos)
      leave_out("a picture outside a class folder");
    else
      add(split, std::string_view(rest).substr(0, slash), picture);
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
                    "class; {} or {} makes classes of the inner folders",
                    nested_ == 1 ? "1 folder lies" : fmt::format("{} folders lie", nested_), first_nested_,
                    option_text("labels", "leaf"), option_text("labels", "path")));
  }

  void warn_of_left_out() {
    const std::map<std::string, size_t>& counts = dataset_.left_out.counts();
    for (const char* reason : {kLinkOutside, kLinkInLinked, kClosedFolder, kUnreadableFile}) {
      const auto found = counts.find(reason);
      if (found == counts.end()) continue;
      const auto& entries = listing_.left_out.entries();
      const auto first = std::ranges::find(entries, reason, &LeftOutEntry::reason);
      const std::string more = reason == kLinkOutside   ? " (`follow_links` follows it)"_worded
                               : first == entries.end() ? std::string()
                                                        : fmt::format(", such as {}", first->name);
      dataset_.warnings.push_back(fmt::format(
          "{} not read: {}{}",
          found->second == 1 ? "1 entry is" : fmt::format("{} entries are", found->second), reason, more));
    }
  }

  /// What there is where nothing was understood.
  std::string nothing_found() const {
    constexpr size_t shown_folders = 5;
    const std::vector<std::string>& top = roles_.top();
    const std::vector<std::string> shown(top.begin(),
                                         top.begin() + std::min<long>(std::ssize(top), shown_folders));
    std::string text = fmt::format("{} holds no pictures in class folders: {} folder{}",
                                   dataset_.root.string(), top.size(), top.size() == 1 ? "" : "s");
    if (!shown.empty())
      text += fmt::format(" ({}{})", fmt::join(shown, ", "), top.size() > shown_folders ? ", ..." : "");
    for (const auto& [reason, count] : dataset_.left_out.counts())
      text += fmt::format(", {} x {}", count, reason);
    return text;
  }

  const Listing& listing_;
  const FolderTree tree_;
  const FolderRoles roles_;
  DatasetBuilder builder_;
  const Labels labels_;
  const fs::path given_root_;  ///< without the folders that wrap the data set
  std::optional<LabelPattern> pattern_;
  Dataset& dataset_;
  size_t nested_ = 0;  ///< folders inside class folders
  std::string first_nested_;
  std::map<std::string, std::string> folder_of_leaf_;
  std::set<std::string> merged_leaves_;
};

}  // namespace

void understand_folders(const Listing& listing, std::shared_ptr<const PictureStore> store,
                        const OpenOptions& options, Dataset& dataset, Purpose purpose) {
  Reading(listing, std::move(store), options, dataset, purpose).read();
}

}  // namespace margay::data
