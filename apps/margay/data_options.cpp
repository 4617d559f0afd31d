// One description of DATA for the help of every command.
#include "apps/margay/data_options.h"

#include <fmt/format.h>

#include "apps/margay/console.h"
#include "margay/datasets/get.h"

namespace margay::app {

CLI::Option* add_data_options(CLI::App& command, DataOptions& options) {
  command
      .add_option("--labels", options.labels,
                  "which folder names the class where folders lie in folders, as in animals/cats/1.jpg: top "
                  "(animals), leaf (cats) or path (animals/cats)")
      ->check(CLI::IsMember({"top", "leaf", "path"}))
      ->capture_default_str();
  return command.add_option(
      "DATA", options.data,
      "folder, zip or tar (.tar, .tar.gz, .bz2, .xz, .zst) with train/CLASS/FILE and validation/CLASS/FILE, "
      "or "
      "with CLASS/FILE; a manifest (.csv with the columns path,label and perhaps split, or .jsonl with those "
      "keys; paths are relative to it); or the name of a data set");
}

data::Dataset open_data(const DataOptions& options, std::stop_token stop, bool quiet) {
  return data::Dataset::open(
      datasets::resolve_dataset(options.data),
      {.labels = data::labels_from_text(options.labels), .progress = console_progress(quiet), .stop = stop});
}

void print_understood(const data::Dataset& dataset) {
  print_err("{}\n", data::describe(dataset));
  for (const std::string& warning : dataset.warnings) print_err("warning: {}\n", warning);
}

}  // namespace margay::app
