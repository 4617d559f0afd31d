// Each name is a way to pictures of its own; a store takes what all of them lead to.
#include "apps/margay/asked_pictures.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>

#include "apps/margay/console.h"
#include "apps/margay/output.h"
#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/data/archive_scan.h"
#include "margay/data/entry_kind.h"
#include "margay/data/folder_scan.h"
#include "margay/data/foreign_table.h"
#include "margay/data/given_option.h"
#include "margay/data/manifest.h"
#include "margay/datasets/get.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

void say_left_out(const fs::path& path, const data::LeftOut& left_out, bool verbose) {
  if (!left_out.empty()) print_err("{}: {}", path.string(), format_left_out(left_out, verbose));
  if (left_out.counts().contains(data::kLinkOutside)) print_err("--follow-links follows the links\n");
}

/// A path, or where the data set of that name is.
fs::path resolved(const std::string& name) {
  std::error_code ignored;
  const auto published = datasets::published_datasets();
  const bool is_name =
      std::ranges::find(published, name, &datasets::PublishedDataset::name) != published.end();
  return is_name && !fs::exists(name, ignored) ? datasets::resolve_dataset(name) : fs::path(name);
}

void add_table(const fs::path& path, const DataOptions& options, const std::stop_token& stop,
               data::PictureStore& pictures) {
  const data::TableListing listing = data::list_table(path, open_options(options, stop), pictures);
  print_err("{}: {}\n", path.string(), listing.layout);
  say_left_out(path, listing.left_out, options.verbose);
  for (const std::string& warning : listing.warnings) print_err("warning: {}\n", warning);
}

bool is_table(const fs::path& path) {
  std::error_code ignored;
  return data::is_manifest(path) && fs::is_regular_file(path, ignored);
}

/// What a path means: itself, or the pictures below a folder or in an archive, sorted, or in a table.
void add_path(const fs::path& path, const DataOptions& options, const std::stop_token& stop,
              data::PictureStore& pictures) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    const data::Listing listing = data::list_folder(path, open_options(options, stop).outside_folders);
    say_left_out(path, listing.left_out, options.verbose);
    for (const data::ListedPicture& picture : listing.pictures)
      if (const std::string name = (path / picture.name).string(); picture.refusal == nullptr)
        pictures.add_file(name);
      else
        pictures.add_missing(name, picture.refusal);
  } else if (data::is_named_as_archive(path) && fs::is_regular_file(path, ignored)) {
    data::OpenedArchive opened = data::list_archive(path, console_progress(), stop);
    say_left_out(path, opened.listing.left_out, options.verbose);
    const uint32_t archive = pictures.add_archive(std::move(opened.archive), path);
    for (const data::ListedPicture& picture : opened.listing.pictures)
      pictures.add_entry((path / picture.name).string(), archive, picture.entry);
  } else if (is_table(path)) {
    add_table(path, options, stop, pictures);
  } else {
    if (fs::is_regular_file(path, ignored)) data::refuse_foreign_table(path);
    pictures.add_file(path.string());
  }
}

/// What says how tables are read would do nothing to anything else.
void require_table_for(const DataOptions& options, const std::vector<std::string>& names) {
  const std::string_view given = data::first_given(open_options(options, {}).table);
  if (given.empty()) return;
  const bool may_be_there = std::ranges::any_of(
      names, [](const std::string& name) { return name == "-" || is_table(resolved(name)); });
  require(may_be_there, "predict",
          fmt::format("{} says how a table is read, and none is named", option_text(given)),
          "leave it out, or name a .csv, .tsv, .txt or .jsonl");
}

/// Returns how many there were.
size_t add_paths_from_standard_input(const DataOptions& options, const std::stop_token& stop,
                                     data::PictureStore& pictures) {
  const std::string list{std::istreambuf_iterator<char>(std::cin), {}};
  // No path has a zero byte in it, and only such as find -print0 writes between them.
  const char end = list.find('\0') == list.npos ? '\n' : '\0';
  std::istringstream lines(list);
  size_t paths = 0;
  for (std::string line; std::getline(lines, line, end);) {
    if (end == '\n' && line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    add_path(line, options, stop, pictures);
    ++paths;
  }
  return paths;
}

}  // namespace

data::PictureStore list_pictures(const std::vector<std::string>& names, const DataOptions& options,
                                 const std::stop_token& stop) {
  require_table_for(options, names);
  data::PictureStore pictures{fs::path()};
  size_t paths = 0;
  for (const std::string& name : names) {
    if (name == "-") {
      paths += add_paths_from_standard_input(options, stop, pictures);
    } else {
      add_path(resolved(name), options, stop, pictures);
      ++paths;
    }
  }
  const bool is_list_empty = paths == 0;  // of standard input: elsewhere there is a name at least
  require<DataError>(
      pictures.size() > 0, "predict",
      is_list_empty ? "standard input names no picture" : "there is no picture in what was named",
      is_list_empty ? "a path on each line, as 'find' prints them"
                    : "pictures are known by their first bytes, whatever their names");
  return pictures;
}

}  // namespace margay::app
