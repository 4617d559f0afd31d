// One description of DATA for the help of every command.
#include "apps/margay/data_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "apps/margay/console.h"
#include "apps/margay/output.h"
#include "apps/margay/picture_limit.h"
#include "apps/margay/unknown_option.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/core/printable.h"
#include "margay/core/shell_word.h"
#include "margay/datasets/get.h"

namespace margay::app {

void add_table_options(CLI::App& command, DataOptions& options) {
  command.add_option(
      "--path-column", options.table.path_column,
      "of a table: the column with the pictures' paths [default: path, or what plainly is it, such as "
      "filename or id]");
  command.add_option(
      "--root", options.root,
      "of a table: folder or archive that its paths start from [default: the table's folder, or the "
      "one beside it that has the pictures]");
  command.add_option(
      "--suffix", options.table.suffix,
      "of a table: what to put behind each path, such as .jpg [default: nothing, or what makes them "
      "files]");
}

void add_link_option(CLI::App& command, DataOptions& options) {
  command.add_flag("--follow-links", options.follow_links,
                   "also follow links to folders outside DATA; those to files are followed anyway");
}

CLI::Option* add_data_options(CLI::App& command, DataOptions& options) {
  add_picture_limit(command, &options.max_megapixels);
  command
      .add_option("--labels", options.labels,
                  "which folder names the class where folders lie in folders, as in animals/cats/1.jpg: top "
                  "(animals), leaf (cats) or path (animals/cats) [default: top, unless the folders look like "
                  "splits]")
      ->check(one_of("--labels", {"top", "leaf", "path"}));
  command
      .add_option("--label-pattern", options.label_pattern,
                  "regular expression whose first group is the class in each file's name: '^([a-z]+)\\.' for "
                  "cat.17.jpg (with a / in it: in each path)")
      ->check([](const std::string& pattern) {
        return std::string(pattern.empty() ? "an empty pattern finds no class" : "");
      });
  add_table_options(command, options);
  command.add_option(
      "--label-column", options.table.label_column,
      "of a table: the column with the classes [default: label, or what plainly is it, such as breed]");
  command.add_option("--split-column", options.table.split_column,
                     "of a table: the column with train, validation or test, or one such as is_valid with 0 "
                     "and 1 [default: one that "
                     "is called so, where there is one]");
  add_link_option(command, options);
  command.add_flag("--verbose", options.verbose, "name the files that are left out, with the reason");
  return command.add_option(
      "DATA", options.data,
      "folder, zip or tar (.tar, .tar.gz, .bz2, .xz, .zst) with train/CLASS/FILE and validation/CLASS/FILE, "
      "or "
      "with CLASS/FILE; a table (.csv, .tsv or .txt with the columns path,label and perhaps split, or .jsonl "
      "with those keys; a .txt may be of paths whose folders are classes; paths are relative to it); or the "
      "name of a data set");
}

recipe::ReadingConfig reading_of(const DataOptions& options) {
  recipe::ReadingConfig reading;
  reading.labels = options.labels.value_or("");
  reading.label_pattern = options.label_pattern;
  reading.path_column = options.table.path_column;
  reading.label_column = options.table.label_column;
  reading.split_column = options.table.split_column;
  reading.root = options.root;
  reading.suffix = options.table.suffix;
  reading.follow_links = options.follow_links;
  reading.max_megapixels = options.max_megapixels;
  return reading;
}

recipe::ReadingConfig recorded_reading(const DataOptions& options) {
  namespace fs = std::filesystem;
  recipe::ReadingConfig reading = reading_of(options);
  reading.max_megapixels = picture_limit();
  if (reading.root.empty()) return reading;
  std::error_code unknown;
  const fs::path table_folder = absolute_path(datasets::resolve_dataset(options.data)).parent_path();
  reading.root = fs::exists(reading.root, unknown) ? absolute_path(reading.root).string()
                                                   : (table_folder / reading.root).string();
  return reading;
}

DataOptions options_of(const recipe::ReadingConfig& reading) {
  DataOptions options;
  if (!reading.labels.empty()) options.labels = reading.labels;
  options.label_pattern = reading.label_pattern;
  options.table.path_column = reading.path_column;
  options.table.label_column = reading.label_column;
  options.table.split_column = reading.split_column;
  options.table.suffix = reading.suffix;
  options.root = reading.root;
  options.follow_links = reading.follow_links;
  options.max_megapixels = reading.max_megapixels;
  return options;
}

std::string describe_in_command(const DataOptions& options) {
  std::vector<std::string> words = recipe::data_words(reading_of(options));
  words.insert(words.begin(), options.data);
  return shell_words(words);
}

data::OpenOptions open_options(const DataOptions& options, std::stop_token stop, bool quiet) {
  data::OpenOptions open{.progress = console_progress(quiet), .stop = stop};
  if (options.labels) open.labels = data::labels_from_text(*options.labels);
  open.label_pattern = options.label_pattern;
  open.table = options.table;
  // From where the user stands; where nothing is there, from the table's folder.
  std::error_code unknown;
  open.table.root = options.root;
  if (std::filesystem::exists(open.table.root, unknown)) open.table.root = absolute_path(open.table.root);
  if (options.follow_links) open.outside_folders = data::OutsideFolders::follow;
  return open;
}

data::Dataset open_data(const DataOptions& options, std::stop_token stop, bool quiet) {
  return data::Dataset::open(datasets::resolve_dataset(options.data),
                             open_options(options, std::move(stop), quiet));
}

std::string format_left_out(const data::LeftOut& left_out, bool verbose) {
  if (left_out.empty()) return {};
  if (!verbose) return data::describe(left_out) + "; --verbose names them\n";
  std::string text = data::describe(left_out) + '\n';
  for (const data::LeftOutEntry& entry : left_out.entries())
    text += fmt::format("  {}: {}\n", entry.name, entry.reason);
  const size_t more = left_out.total() - left_out.entries().size();
  if (more > 0) text += fmt::format("  and {} more\n", more);
  return text;
}

namespace {

/// A line that counts the files, then the first of them or all, each with its text.
template <class File>
std::string file_lines(const std::string& head, const std::vector<File>& files, std::string File::*text_of,
                       bool verbose) {
  constexpr size_t kShown = 3;
  if (files.empty()) return {};
  const size_t shown = verbose ? files.size() : std::min(kShown, files.size());
  std::string text = head + '\n';
  for (size_t i = 0; i < shown; ++i)
    text += fmt::format("  {}: {}\n", printable(files[i].path.string()), files[i].*text_of);
  if (shown < files.size())
    text += fmt::format("  and {} more; --verbose names them\n", files.size() - shown);
  return text;
}

}  // namespace

std::string format_skipped(const std::vector<data::SkippedFile>& skipped, bool verbose) {
  return file_lines(fmt::format("skipped: {}", data::count_skipped(skipped)), skipped,
                    &data::SkippedFile::reason, verbose);
}

std::string format_noted(const std::vector<data::NotedFile>& noted, bool verbose) {
  return file_lines(
      fmt::format("used with a note: {}", counted(static_cast<int64_t>(noted.size()), "picture")), noted,
      &data::NotedFile::note, verbose);
}

void print_understood(const data::Dataset& dataset, bool verbose, bool quiet) {
  if (!quiet) print_err("{}\n{}", data::describe(dataset), format_left_out(dataset.left_out, verbose));
  for (const std::string& warning : dataset.warnings) print_err("warning: {}\n", warning);
}

}  // namespace margay::app
