// Opens a data set: what kind of thing it is decides who reads it.
#include "margay/data/dataset.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/utf8.h"
#include "margay/data/archive_scan.h"
#include "margay/data/entry_kind.h"
#include "margay/data/folder_scan.h"
#include "margay/data/foreign_table.h"
#include "margay/data/given_option.h"
#include "margay/data/layout.h"
#include "margay/data/manifest.h"
#include "margay/data/missing_path.h"
#include "margay/data/purpose.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "data.dataset";

constexpr std::array<std::pair<std::string_view, Labels>, 3> kLabels{
    {{"top", Labels::top}, {"leaf", Labels::leaf}, {"path", Labels::path}}};

std::string hint_for_missing(const fs::path& path) {
  if (const std::string link = describe_dead_link(path); !link.empty()) return link;
  const fs::path parent = folder_around(path);
  std::error_code error;
  if (!fs::is_directory(parent, error)) return fmt::format("{} does not exist either", parent.string());
  const std::string nearest = nearest_entry(path);
  return nearest.empty() ? std::string("check the path") : fmt::format("did you mean {}?", nearest);
}

void open_folder(const fs::path& root, const OpenOptions& options, Purpose purpose, Dataset& dataset) {
  const Listing listing = list_folder(root, options.outside_folders);
  auto store = std::make_shared<PictureStore>(root);
  for (const ListedPicture& picture : listing.pictures)
    if (picture.refusal == nullptr)
      store->add_file(picture.name);
    else
      store->add_missing(picture.name, picture.refusal);
  store->shrink_to_fit();
  understand_folders(listing, std::move(store), options, dataset, purpose);
}

/// Archives are known by content; a file that is neither one nor named like one is something else.
OpenedArchive list_if_archive(const fs::path& path, const OpenOptions& options) {
  try {
    return list_archive(path, options.progress, options.stop);
  } catch (const FormatError&) {
    if (is_named_as_archive(path) || archive::is_zip(path)) throw;
    const KnownFile known = known_file(path);
    throw DataError(kWhere,
                    fmt::format("{} is {}neither a folder, nor an archive (zip, tar), nor a manifest "
                                "(.csv, .tsv, .txt, .jsonl)",
                                path.string(), known.name.empty() ? "" : known.name + ": "),
                    known.kind == FileKind::picture
                        ? "DATA is a folder with a folder of pictures for each class"
                    : known.kind == FileKind::archive ? "unpack it, and name the folder"
                                                      : "");
  }
}

void open_archive(const fs::path& path, const OpenOptions& options, Purpose purpose, Dataset& dataset) {
  OpenedArchive opened = list_if_archive(path, options);
  auto store = std::make_shared<PictureStore>(path);
  const uint32_t number = store->add_archive(std::move(opened.archive), path);
  for (const ListedPicture& picture : opened.listing.pictures)
    store->add_entry(picture.name, number, picture.entry);
  store->shrink_to_fit();
  understand_folders(opened.listing, std::move(store), options, dataset, purpose);
  dataset.layout = fmt::format("{} with {}", archive::is_zip(path) ? "a zip" : "a tar", dataset.layout);
}

void open_other_file(const fs::path& path, const OpenOptions& options, Purpose purpose, Dataset& dataset) {
  refuse_foreign_table(path);
  open_archive(path, options, purpose, dataset);
}

void require_there(const fs::path& root) {
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  require<IoError>(status.type() != fs::file_type::not_found, kWhere,
                   fmt::format("there is no folder, archive or manifest '{}'", root.string()),
                   hint_for_missing(root));
  require<IoError>(!error, kWhere, fmt::format("cannot open {}: {}", root.string(), error.message()));
  require<DataError>(fs::is_directory(status) || fs::is_regular_file(status), kWhere,
                     fmt::format("{} is neither a folder nor a file", root.string()));
}

/// What says how a table is read would do nothing to anything else.
void require_fitting_options(const fs::path& root, bool is_table, const OpenOptions& options) {
  const std::string_view of_tables = first_given(options.table);
  require(is_table || of_tables.empty(), kWhere,
          fmt::format("{} says how a table is read, and {} is none", option_text(of_tables), root.string()),
          "leave it out, or name a .csv, .tsv, .txt or .jsonl");
  require(options.label_pattern.empty() || !options.labels, kWhere,
          "`labels` and `label_pattern` both say what the classes are"_worded, "leave one of them out");
  require(options.label_pattern.empty() || options.table.label_column.empty(), kWhere,
          "`label_column` and `label_pattern` both say what the classes are"_worded, "leave one of them out");
  require(!is_table || !options.labels, kWhere,
          fmt::format("{} says which folders are classes, and {} is a table", option_text("labels"),
                      root.string()),
          "leave it out");
}

/// Pictures that are known to be no files, such as links that lead nowhere.
size_t count_missing(const Split& split) {
  return static_cast<size_t>(std::ranges::count_if(
      split.samples, [&](const Sample& sample) { return split.store->is_missing(sample.picture); }));
}

}  // namespace

Labels labels_from_text(std::string_view text) {
  for (const auto& [name, labels] : kLabels)
    if (name == text) return labels;
  throw UsageError(kWhere, fmt::format("labels '{}': expected top, leaf or path", text));
}

Dataset Dataset::open(const fs::path& root, const OpenOptions& options) {
  return open_dataset(root, options, Purpose::training);
}

Dataset open_dataset(const fs::path& root, const OpenOptions& options, Purpose purpose) {
  require_there(root);
  Dataset dataset;
  dataset.root = root;
  require_fitting_options(root, !is_folder(root) && is_manifest(root), options);
  if (is_folder(root))
    open_folder(root, options, purpose, dataset);
  else if (is_manifest(root))
    read_manifest(root, options, dataset, purpose);
  else
    open_other_file(root, options, purpose, dataset);
  return dataset;
}

bool Dataset::has_split(std::string_view name) const {
  const std::string alias = split_of_name(name);
  const std::string_view wanted = alias.empty() ? name : alias;
  return std::any_of(splits.begin(), splits.end(), [&](const Split& split) { return split.name == wanted; });
}

const Split& Dataset::split(std::string_view name) const {
  const std::string alias = split_of_name(name);
  const std::string_view wanted = alias.empty() ? name : alias;
  std::vector<std::string> names;
  for (const Split& split : splits) {
    if (split.name == wanted) return split;
    names.push_back(split.name);
  }
  throw UsageError(
      kWhere, fmt::format("{} has no split '{}', it has: {}", root.string(), name, fmt::join(names, ", ")),
      hint_for_name(name, names,
                    has_split("all")
                        ? "it is not divided: train and validation are what a training makes of it, and "
                          "a run's manifest.csv has them"
                        : ""));
}

std::string describe(const Dataset& dataset) {
  constexpr size_t kShownClasses = 8, kShownLetters = 60;
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(dataset.classes.size(), kShownClasses); ++i)
    shown.push_back(shortened(dataset.classes[i], kShownLetters));
  std::vector<std::string> counts;
  size_t missing = 0;
  for (const Split& split : dataset.splits) {
    const size_t absent = count_missing(split);
    counts.push_back(fmt::format("{} {}", split.name, split.samples.size() - absent));
    missing += absent;
  }
  return fmt::format("{}: {}\n{} ({}{}); pictures: {}{}", dataset.root.string(), dataset.layout,
                     counted(static_cast<int64_t>(dataset.classes.size()), "class", "classes"),
                     fmt::join(shown, ", "), dataset.classes.size() > kShownClasses ? ", ..." : "",
                     fmt::join(counts, ", "),
                     missing == 0 ? "" : fmt::format(", and {} that cannot be read", missing));
}

}  // namespace margay::data
