// margay compare: several runs side by side.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/drawing.h"
#include "apps/margay/output.h"
#include "apps/margay/overwrite_option.h"
#include "apps/margay/run_argument.h"
#include "margay/analysis/run_comparison.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/shell_word.h"
#include "margay/plot/curves.h"
#include "margay/recipe/recipe.h"
#include "margay/run/recorded_data.h"
#include "margay/run/run_directory.h"
#include "margay/text/format_run_comparison.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct CompareOptions {
  std::vector<std::string> runs;
  fs::path out = "compare.png";
  ExistingFile existing = ExistingFile::keep_foreign;
  bool json = false;
};

/// What it holds may be compared in its place.
void refuse_if_no_run(const std::string& path, const std::vector<std::string>& all) {
  refuse_other_than_run(
      path, "compare",
      [&](const std::string& runs) {
        std::string command = "margay compare";
        for (const std::string& other : all) command += " " + (other == path ? runs : shell_word(other));
        return command;
      },
      RunsTaken::all);
}

analysis::ComparedRun read_run(const std::string& path) {
  const run::RunDirectory directory = run::RunDirectory::open(path);
  analysis::ComparedRun run;
  run.path = path;
  run.config = recipe::parse_toml(read_text_file(directory.config()), directory.config().string());
  if (path_exists(directory.history_jsonl())) run.history = run::read_history(directory.history_jsonl());
  if (path_exists(directory.predictions())) run.predictions = run::read_predictions(directory.predictions());
  const run::RecordedData recorded = run::RecordedData::read(directory);
  run::recognise(run.predictions, recorded);
  run.unknown_weights = recorded.unknown_weights();
  return run;
}

/// Returns the paths of the pictures; none where they cannot be drawn.
std::vector<std::string> draw(const std::vector<analysis::ComparedRun>& runs,
                              const analysis::RunComparison& comparison, const fs::path& png) {
  std::vector<plot::Curve> curves;
  for (size_t i = 0; i < runs.size(); ++i) curves.push_back({comparison.results[i].name, runs[i].history});
  const fs::path svg = fs::path(png).replace_extension(".svg");
  if (!draw_or_warn([&] { plot::write_curves(curves, png, svg); })) return {};
  return {png.string(), svg.string()};
}

void compare(const CompareOptions& options) {
  require(options.out.extension() == ".png", "compare",
          fmt::format("--out {}: the curves are written as PNG, and as SVG beside it", options.out.string()),
          "let the name end in .png");
  for (const fs::path& file : {options.out, fs::path(options.out).replace_extension(".svg")})
    require_own_output(file, "--out", "compare", options.existing);
  for (const std::string& path : options.runs) refuse_if_no_run(path, options.runs);
  std::vector<analysis::ComparedRun> runs;
  for (const std::string& path : options.runs) runs.push_back(read_run(path));
  const analysis::RunComparison comparison = analysis::compare_runs(runs);
  if (!options.json) print_out("{}\n", text::format_comparison(comparison, "--json"));
  const std::vector<std::string> curves = draw(runs, comparison, options.out);
  if (!options.json) {
    if (!curves.empty()) print_out("curves: {}\n", fmt::join(curves, ", "));
    return;
  }
  Json document = text::comparison_json(comparison);
  document["curves"] = curves;
  print_out("{}\n", format_json(document, 2));
}

}  // namespace

void add_compare(CLI::App& command, Outcome&) {
  auto options = std::make_shared<CompareOptions>();
  command.add_option("RUN", options->runs, "run directories, two or more")->required();
  command
      .add_option("--out", options->out,
                  "the PNG with the curves of all runs; an SVG of the same name is written beside it")
      ->capture_default_str();
  add_overwrite_option(command, options->existing);
  command.add_flag("--json", options->json, "print one JSON document instead of tables");
  command.footer(
      "Example: margay compare runs/article runs/article-regularized\n"
      "Prints what differs in the configurations, what came of each run, and which runs are significantly "
      "better than\nwhich: McNemar's test (mid-p) on the answers to the same validation pictures, which a "
      "training keeps in\npredictions.csv, for every two runs, with Holm's correction: where all are equally "
      "good, at most one comparison\nin twenty calls any of them better.");
  command.callback([options] { compare(*options); });
}

}  // namespace margay::app
