// Understands the layout of a folder of pictures.
#include "margay/data/dataset.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "margay/core/error.h"
#include "margay/data/folder_scan.h"

namespace margay::data {
namespace fs = std::filesystem;
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

/// Names of splits in their order, with the folder names that mean them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSplitFolders{
    {{"train", "train"},
     {"validation", "validation"},
     {"val", "validation"},
     {"valid", "validation"},
     {"test", "test"}}};

std::optional<std::string> split_name_of(std::string_view folder) {
  std::string name(folder);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& [alias, split] : kSplitFolders)
    if (name == alias) return std::string(split);
  return std::nullopt;
}

bool is_split_folder(std::string_view folder) {
  return split_name_of(folder).has_value();
}

/// A folder whose sub-folders are the classes.
struct ClassFolders {
  std::string split;
  fs::path path;
  std::map<std::string, FolderScan> classes;
};

/// Puts together a Dataset from scanned folders.
class Indexer {
 public:
  explicit Indexer(fs::path root) : canonical_root_(fs::canonical(root)) { dataset_.root = std::move(root); }

  Dataset index() {
    FolderScan top = enter_wrapping_folders();
    add_counts(dataset_.ignored, top.ignored);
    const bool is_split = std::any_of(top.folders.begin(), top.folders.end(), is_split_folder);
    if (is_split)
      read_splits(top);
    else
      read_unsplit(top);
    count_outside(top);
    collect_classes(top);
    for (const ClassFolders& folders : found_) add_split(folders);
    warn();
    return std::move(dataset_);
  }

 private:
  /// An archive often unpacks to one folder that holds the data set: goes down until there is more than one
  /// folder, or pictures, or a name that means a split.
  FolderScan enter_wrapping_folders() {
    FolderScan scan = scan_folder(dataset_.root, canonical_root_);
    for (int depth = 0; depth < kMaxWrappings; ++depth) {
      if (scan.folders.size() != 1 || !scan.pictures.empty() || is_split_folder(scan.folders.front())) break;
      const fs::path inner = dataset_.root / scan.folders.front();
      FolderScan inside = scan_folder(inner, canonical_root_);
      if (inside.folders.empty()) break;
      add_counts(dataset_.ignored, scan.ignored);
      dataset_.root = inner;
      scan = std::move(inside);
    }
    return scan;
  }

  void read_splits(const FolderScan& top) {
    for (const std::string& folder : top.folders) {
      const std::optional<std::string> split = split_name_of(folder);
      if (split)
        read_classes(*split, dataset_.root / folder);
      else
        dataset_.warnings.push_back(fmt::format(
            "the folder '{}' beside the splits is not read: only train, validation (val, valid) and test are",
            folder));
    }
    const auto rank = [](const ClassFolders& a) {
      return a.split == "train" ? 0 : a.split == "validation" ? 1 : 2;
    };
    std::stable_sort(found_.begin(), found_.end(),
                     [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    for (size_t i = 1; i < found_.size(); ++i)
      require<DataError>(found_[i].split != found_[i - 1].split, kWhere,
                         fmt::format("{} and {} both mean the split '{}'", found_[i - 1].path.string(),
                                     found_[i].path.string(), found_[i].split),
                         "keep one of them");
  }

  void read_unsplit(const FolderScan& top) {
    found_.push_back({"all", dataset_.root, {}});
    for (const std::string& folder : top.folders) read_class(found_.back(), folder);
  }

  void read_classes(const std::string& split, const fs::path& path) {
    found_.push_back({split, path, {}});
    const FolderScan scan = scan_folder(path, canonical_root_);
    add_counts(dataset_.ignored, scan.ignored);
    count_outside(scan);
    for (const std::string& folder : scan.folders) read_class(found_.back(), folder);
  }

  void read_class(ClassFolders& folders, const std::string& name) {
    FolderScan scan = scan_folder(folders.path / name, canonical_root_);
    add_counts(dataset_.ignored, scan.ignored);
    if (!scan.folders.empty()) {
      dataset_.ignored["a folder inside a class folder"] += scan.folders.size();
      dataset_.warnings.push_back(fmt::format("{} holds {} more folder{}, which {} not read (such as '{}')",
                                              shown(folders.path / name), scan.folders.size(),
                                              scan.folders.size() == 1 ? "" : "s",
                                              scan.folders.size() == 1 ? "is" : "are", scan.folders.front()));
    }
    folders.classes.emplace(name, std::move(scan));
  }

  void count_outside(const FolderScan& scan) {
    if (!scan.pictures.empty()) dataset_.ignored["a picture outside a class folder"] += scan.pictures.size();
  }

  void collect_classes(const FolderScan& top) {
    std::set<std::string> names, with_pictures;
    for (const ClassFolders& folders : found_)
      for (const auto& [name, scan] : folders.classes) {
        names.insert(name);
        if (!scan.pictures.empty()) with_pictures.insert(name);
      }
    require<DataError>(
        !with_pictures.empty(), kWhere,
        fmt::format("{} holds no pictures in class folders: {}", dataset_.root.string(), summary(top)),
        kExpectedLayout);
    require<DataError>(
        with_pictures.size() > 1, kWhere,
        fmt::format("{} has pictures of one class only, '{}', and a classifier needs at least two",
                    dataset_.root.string(), *with_pictures.begin()),
        kExpectedLayout);
    dataset_.classes.assign(names.begin(), names.end());
  }

  /// What was found where nothing was understood.
  std::string summary(const FolderScan& top) const {
    constexpr size_t shown_folders = 5;
    std::vector<std::string> folders(top.folders.begin(),
                                     top.folders.begin() + std::min(top.folders.size(), shown_folders));
    std::string text = fmt::format("{} folder{}", top.folders.size(), top.folders.size() == 1 ? "" : "s");
    if (!folders.empty())
      text +=
          fmt::format(" ({}{})", fmt::join(folders, ", "), top.folders.size() > shown_folders ? ", ..." : "");
    for (const auto& [reason, count] : dataset_.ignored) text += fmt::format(", {} x {}", count, reason);
    return text;
  }

  void add_split(const ClassFolders& folders) {
    Split split{folders.split, {}};
    for (size_t label = 0; label < dataset_.classes.size(); ++label) {
      const auto found = folders.classes.find(dataset_.classes[label]);
      if (found == folders.classes.end()) continue;
      for (const std::string& picture : found->second.pictures)
        split.samples.push_back({folders.path / found->first / picture, static_cast<int>(label)});
    }
    dataset_.splits.push_back(std::move(split));
  }

  void warn() {
    for (const ClassFolders& folders : found_) {
      for (const std::string& name : dataset_.classes) {
        const auto found = folders.classes.find(name);
        if (found == folders.classes.end())
          dataset_.warnings.push_back(fmt::format("the class '{}' is missing from {}", name, folders.split));
        else if (found->second.pictures.empty())
          dataset_.warnings.push_back(
              fmt::format("the class '{}' has no pictures in {}", name, folders.split));
      }
    }
    if (dataset_.has_split("train") && !dataset_.has_split("validation"))
      dataset_.warnings.emplace_back(
          "there is no validation split, so that nothing will show whether a network memorises");
    const auto links = dataset_.ignored.find(kLinkOutside);
    if (links != dataset_.ignored.end())
      dataset_.warnings.push_back(fmt::format(
          "{} not followed: {}",
          links->second == 1 ? "1 entry is" : fmt::format("{} entries are", links->second), kLinkOutside));
  }

  std::string shown(const fs::path& path) const { return path.lexically_relative(dataset_.root).string(); }

  fs::path canonical_root_;
  Dataset dataset_;
  std::vector<ClassFolders> found_;
};

/// The folder beside a path that does not exist whose name is most like it.
std::string hint_for_missing(const fs::path& path) {
  const fs::path given = path.has_filename() ? path : path.parent_path();
  const fs::path parent = given.has_parent_path() ? given.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(parent, error)) return fmt::format("{} does not exist either", parent.string());
  std::vector<std::string> names;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unreadable;
    if (entry->is_directory(unreadable)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::string nearest = nearest_name(given.filename().string(), names);
  return nearest.empty() ? std::string("check the path")
                         : fmt::format("did you mean {}?", (given.parent_path() / nearest).string());
}

}  // namespace

Dataset Dataset::open(const fs::path& root) {
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  require<IoError>(status.type() != fs::file_type::not_found, kWhere,
                   fmt::format("there is no folder '{}'", root.string()), hint_for_missing(root));
  require<IoError>(!error, kWhere, fmt::format("cannot open {}: {}", root.string(), error.message()));
  require<DataError>(fs::is_directory(status), kWhere,
                     fmt::format("{} is a file, not a folder", root.string()),
                     "an archive has to be unpacked first; name the folder that holds the pictures");
  return Indexer(root).index();
}

bool Dataset::has_split(std::string_view name) const {
  const std::string wanted = split_name_of(name).value_or(std::string(name));
  return std::any_of(splits.begin(), splits.end(), [&](const Split& split) { return split.name == wanted; });
}

const Split& Dataset::split(std::string_view name) const {
  const std::string wanted = split_name_of(name).value_or(std::string(name));
  std::vector<std::string> names;
  for (const Split& split : splits) {
    if (split.name == wanted) return split;
    names.push_back(split.name);
  }
  throw UsageError(
      kWhere, fmt::format("{} has no split '{}', it has: {}", root.string(), name, fmt::join(names, ", ")));
}

}  // namespace margay::data
