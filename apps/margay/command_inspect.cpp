// margay inspect: what is in a set of pictures, counted after decoding all of them.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "apps/margay/advised_commands.h"
#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/data_options.h"
#include "apps/margay/language_option.h"
#include "apps/margay/number_options.h"
#include "apps/margay/output.h"
#include "apps/margay/overwrite_option.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/printable.h"
#include "margay/core/shell_word.h"
#include "margay/core/utf8.h"
#include "margay/core/worker_pool.h"
#include "margay/data/dataset.h"
#include "margay/data/inspection.h"
#include "margay/pages/inspection_page.h"
#include "margay/text/text_table.h"

namespace margay::app {
namespace {

constexpr size_t kMaxFilesShown = 50;
constexpr size_t kNameLetters = 60;

struct InspectOptions {
  DataOptions data;
  bool json = false;
  int threads = 0;
  std::string html;  ///< empty: no page
  ExistingFile existing = ExistingFile::keep_foreign;
  std::string language;  ///< of the page; empty: as the locale says
};

using TableRow = std::vector<std::string>;

TableRow counts_row(std::string name, const std::vector<size_t>& counts) {
  TableRow row{std::move(name)};
  for (const size_t count : counts) row.push_back(grouped(count));
  if (counts.size() > 1) row.push_back(grouped(std::accumulate(counts.begin(), counts.end(), size_t{0})));
  return row;
}

/// A row per class, a column per split, and totals; beside them, what was counted before and cannot be used.
void print_counts(const data::Inspection& inspection) {
  std::vector<TableRow> rows{{"class"}};
  for (const data::InspectedSplit& split : inspection.splits) rows[0].push_back(split.name);
  if (inspection.splits.size() > 1) rows[0].emplace_back("total");
  std::vector<size_t> totals(inspection.splits.size()), skipped(inspection.splits.size());
  for (size_t label = 0; label < inspection.classes.size(); ++label) {
    std::vector<size_t> counts;
    for (size_t split = 0; split < inspection.splits.size(); ++split) {
      counts.push_back(inspection.splits[split].usable[label]);
      totals[split] += counts.back();
      skipped[split] += inspection.splits[split].skipped[label];
    }
    rows.push_back(counts_row(shortened(inspection.classes[label], kNameLetters), counts));
  }
  rows.push_back(counts_row("total", totals));
  if (!inspection.skipped.empty()) rows.push_back(counts_row("skipped", skipped));
  print_out("{}", text::format_text_table(rows, text::Align::right));
}

std::string counted(const std::map<std::string, size_t>& counts) {
  std::vector<std::string> parts;
  for (const auto& [name, count] : counts) parts.push_back(fmt::format("{} {}", grouped(count), name));
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

void print_facts(const data::Inspection& inspection) {
  const auto& [width, height, aspect] = std::tie(inspection.width, inspection.height, inspection.aspect);
  print_out("\nformats  {}\n", counted(inspection.formats));
  print_out("width    {} to {} pixels, median {}\n", width.min, width.max, width.median);
  print_out("height   {} to {} pixels, median {}\n", height.min, height.max, height.median);
  print_out("aspect   {:.2f} to {:.2f} (width / height), median {:.2f}\n", aspect.min, aspect.max,
            aspect.median);
  const auto& [darkest, middle, brightest] = inspection.brightness;
  print_out("bright   {:.1f} to {:.1f} % (mean of a picture, 0 is black), median {:.1f}\n", 100 * darkest,
            100 * brightest, 100 * middle);
  print_out("files    {}\n", format_bytes(static_cast<double>(inspection.total_bytes)));
  if (inspection.redundant() > 0)
    print_out("copies   {} are there already, byte by byte, under another name\n",
              grouped(inspection.redundant()));
  print_out("turned   {} by their EXIF orientation\n", grouped(inspection.turned));
  if (inspection.converted > 0)
    print_out("colours  {} converted to sRGB from their ICC profile\n", grouped(inspection.converted));
}

/// Files with a text each, the first of them.
template <class File>
void print_files(std::string_view title, const std::vector<File>& files, std::string File::*text,
                 const data::Inspection& inspection) {
  if (files.empty()) return;
  print_out("\n{}\n", title);
  const size_t shown = std::min(files.size(), kMaxFilesShown);
  for (size_t i = 0; i < shown; ++i)
    print_out("  {}: {}\n", printable(inspection.shown_path(files[i].path).string()), files[i].*text);
  if (shown < files.size())
    print_out("  and {} more; --json lists them all\n", grouped(files.size() - shown));
}

void print_left_out(const data::Inspection& inspection, bool verbose) {
  if (!inspection.left_out.empty()) print_out("\n{}", format_left_out(inspection.left_out, verbose));
  print_files(fmt::format("used {} with a note, {} of them in part:", grouped(inspection.noted.size()),
                          grouped(inspection.partial)),
              inspection.noted, &data::NotedFile::note, inspection);
  print_files(fmt::format("skipped {}:", data::count_skipped(inspection.skipped)), inspection.skipped,
              &data::SkippedFile::reason, inspection);
  for (const std::string& warning : inspection.warnings) print_out("\nwarning: {}\n", warning);
}

void print_inspection(const data::Inspection& inspection, bool verbose) {
  print_out("\n");
  print_counts(inspection);
  if (inspection.usable() > 0) print_facts(inspection);
  print_left_out(inspection, verbose);
}

void write_page(const InspectOptions& options, text::Language language, const data::Dataset& dataset,
                const data::Inspection& inspection, WorkerPool& pool, std::stop_token stop) {
  const std::filesystem::path data = std::filesystem::path(options.data.data).lexically_normal();
  const std::string name = (data.has_filename() ? data : data.parent_path()).filename().string();
  const std::string command =
      fmt::format("margay inspect {} --html {}", describe_in_command(options.data), shell_word(options.html));
  pages::write_inspection(options.html, dataset, inspection, {name, command}, pool, std::move(stop),
                          CommandWords({}, language));
  // With --json, standard output is one document.
  if (options.json)
    print_err("page     {}\n", options.html);
  else
    print_out("\npage     {}\n", options.html);
}

void inspect(const InspectOptions& options) {
  require(options.existing != ExistingFile::replace || !options.html.empty(), "inspect",
          "--overwrite belongs to --html", "name the page: --html page.html");
  const text::Language language = language_of_page(options.language, options.html, "inspect");
  if (!options.html.empty()) require_own_output(options.html, "--html", "inspect", options.existing);
  const std::stop_token stop = stop_on_signals();
  WorkerPool pool(options.threads > 0 ? options.threads : usable_cpus());
  const data::Dataset dataset = open_data(options.data, stop);
  if (!options.json) print_out("{}\n", data::describe(dataset));
  const data::Inspection inspection = data::inspect(dataset, pool, console_progress(), stop);
  // File names need not be UTF-8, but JSON has to be.
  if (options.json)
    print_out("{}\n", format_json(inspection.to_json(), 2));
  else
    print_inspection(inspection, options.data.verbose);
  if (!options.html.empty()) write_page(options, language, dataset, inspection, pool, stop);
  require<DataError>(inspection.usable() > 0, "inspect", "not one of the pictures can be used",
                     "the reasons are in the list of skipped files");
}

}  // namespace

void add_inspect(CLI::App& command, Outcome&) {
  auto options = std::make_shared<InspectOptions>();
  add_data_options(command, options->data)->required();
  command.add_flag("--json", options->json, "print one JSON document instead of tables");
  command.add_option(
      "--html", options->html,
      "also write a page with distributions and pictures of each class into this file; pictures "
      "are inside, so that it can be sent [default: none]");
  add_overwrite_option(command, options->existing);
  add_language_option(command, options->language, "the page");
  command
      .add_option("--threads", options->threads, "threads that decode; 0 takes all processors (default 0)")
      ->check(whole_number("--threads", 0, 1024));
  command.footer(
      "Decodes every picture, counts what there is per class and split, and says what was left out and why.\n"
      "A data set that is not split is shown as 'all'; margay train holds a part of it back for validation.\n"
      "Examples:\n  margay inspect pets/ --json\n  margay inspect pets.zip --html pets.html");
  command.callback([options] { inspect(*options); });
}

}  // namespace margay::app
