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
  command.add_flag(data::kFollowLinks, options.follow_links,
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
  command.add_option(
      "--split-column", options.table.split_column,
      "of a table: the column with train, validation or test [default: split, where there is one]");
  add_link_option(command, options);
  command.add_flag("--verbose", options.verbose, "name the files that are left out, with the reason");
  return command.add_option(
      "DATA", options.data,
      "folder, zip or tar (.tar, .tar.gz, .bz2, .xz, .zst) with train/CLASS/FILE and validation/CLASS/FILE, "
      "or "
      "with CLASS/FILE; a table (.csv, .tsv or .txt with the columns path,label and perhaps split, or .jsonl "
      "with those keys; paths are relative to it); or the name of a data set");
}

std::vector<std::string> words_of(const DataOptions& options) {
  std::vector<std::string> words;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {name, value});
  };
  add("--labels", options.labels.value_or(""));
  add("--label-pattern", options.label_pattern);
  add("--path-column", options.table.path_column);
  add("--label-column", options.table.label_column);
  add("--split-column", options.table.split_column);
  add("--root", options.root);
  if (options.table.suffix) words.insert(words.end(), {"--suffix", *options.table.suffix});
  if (options.follow_links) words.emplace_back("--follow-links");
  add("--max-megapixels", options.max_megapixels);
  return words;
}

std::string describe_in_command(const DataOptions& options) {
  std::vector<std::string> words = words_of(options);
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

void print_understood(const data::Dataset& dataset, bool verbose) {
  print_err("{}\n{}", data::describe(dataset), format_left_out(dataset.left_out, verbose));
  for (const std::string& warning : dataset.warnings) print_err("warning: {}\n", warning);
}

}  // namespace margay::app
