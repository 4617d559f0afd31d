// margay evaluate: measures a model on labelled pictures.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/data_options.h"
#include "apps/margay/page_file.h"
#include "apps/margay/views_option.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/worker_pool.h"
#include "margay/data/dataset.h"
#include "margay/data/fit_file.h"
#include "margay/image/decode.h"
#include "margay/predict/evaluation.h"
#include "margay/predict/file_predictions.h"
#include "margay/recipe/config.h"
#include "margay/report/report_page.h"
#include "margay/report/shell_word.h"
#include "margay/run/environment.h"
#include "margay/run/run_directory.h"
#include "margay/runtime/runtime.h"

namespace margay::app {
namespace {

constexpr int kBatch = 32;
constexpr size_t kMaxSkippedShown = 50;

struct EvaluateOptions {
  std::string model;
  DataOptions data;
  std::string split;
  std::string html;
  std::string views = "one";
  bool json = false;
  int threads = 0;
};

/// What was measured, on what. The vectors have an entry for each picture that decodes.
struct Measurement {
  data::Dataset dataset;
  std::string split;
  Json provenance;  ///< of the model
  image::Preprocess preprocess;
  std::vector<size_t> samples;  ///< their numbers in the split
  std::vector<int> labels;
  std::vector<std::vector<double>> probabilities;
  predict::Evaluation evaluation;
  std::optional<predict::Evaluation> viewed;  ///< of the mean over several views
  std::vector<data::SkippedFile> skipped;
};

const data::Split& choose_split(const data::Dataset& dataset, const std::string& name) {
  if (!name.empty()) return dataset.split(name);
  for (const char* candidate : {"validation", "test", "all"})
    if (dataset.has_split(candidate)) return dataset.split(candidate);
  return dataset.splits.front();
}

/// The model's number for each class of the data.
std::vector<int> match_classes(const std::vector<std::string>& of_data,
                               const std::vector<std::string>& of_model) {
  std::vector<int> numbers;
  std::vector<std::string> unknown;
  for (const std::string& name : of_data) {
    const auto found = std::find(of_model.begin(), of_model.end(), name);
    if (found == of_model.end()) unknown.push_back(name);
    numbers.push_back(static_cast<int>(found - of_model.begin()));
  }
  require<DataError>(
      unknown.empty(), "evaluate",
      fmt::format("the model does not know the classes {}", fmt::join(unknown, ", ")),
      fmt::format("it knows {}; the folders of the data must have these names", fmt::join(of_model, ", ")));
  return numbers;
}

/// A data set that was not split before the training has been seen for the greatest part.
void warn_of_trained_pictures(const std::string& model, const data::Split& split) {
  const std::filesystem::path manifest = run::RunDirectory{model}.manifest();
  if (split.name != "all" || !std::filesystem::exists(manifest)) return;
  fmt::print(
      stderr,
      "warning: if this run was trained on these pictures, most of them flatter it; those held back for "
      "validation are measured by: margay evaluate {} {}\n",
      model, manifest.string());
}

Measurement measure(const EvaluateOptions& options, std::stop_token stop) {
  predict::Predictor predictor = runtime::load_predictor(options.model, {.threads = options.threads});
  Measurement measured;
  measured.dataset = open_data(options.data, stop);
  const data::Dataset& dataset = measured.dataset;
  const data::Split& split = choose_split(dataset, options.split);
  print_understood(dataset);
  warn_of_trained_pictures(options.model, split);
  const std::vector<int> class_numbers = match_classes(dataset.classes, predictor.class_names());

  measured.split = split.name;
  measured.provenance = predictor.provenance();
  measured.preprocess = predictor.preprocess();
  WorkerPool pool(options.threads > 0 ? options.threads : usable_cpus());
  const predict::Views views = predict::views_from_name(options.views);
  std::vector<std::vector<double>> viewed;
  const auto receive = [&](const predict::FileAnswer& result) {
    if (result.viewed) viewed.push_back(result.viewed->probabilities);
    if (result.answer) {
      measured.samples.push_back(result.index);
      measured.labels.push_back(class_numbers[split.samples[result.index].label]);
      measured.probabilities.push_back(result.answer->probabilities);
    } else {
      measured.skipped.push_back({split.path(result.index), result.error});
    }
  };
  const auto read = [&](size_t i) {
    try {
      return split.read(i, image::DecodeOptions{}.max_file_bytes);
    } catch (const Error& error) {
      throw IoError("evaluate", data::skip_reason(error, split.path(i)));
    }
  };
  predict::predict_pictures(predictor, {split.samples.size(), read}, pool, {.size = kBatch, .views = views},
                            receive, console_progress(), stop);
  require<DataError>(!measured.labels.empty(), "evaluate",
                     fmt::format("no picture of split {} can be decoded", split.name),
                     fmt::format("'margay inspect {}' says why", options.data.data));
  measured.evaluation = predict::evaluate(predictor.class_names(), measured.labels, measured.probabilities);
  if (views != predict::Views::one)
    measured.viewed = predict::evaluate(predictor.class_names(), measured.labels, viewed);
  return measured;
}

void print_json(const Measurement& measured, const EvaluateOptions& options) {
  Json document = measured.evaluation.to_json();
  if (measured.viewed) {
    document["with_views"] = measured.viewed->to_json();
    document["with_views"]["views"] = options.views;
  }
  document["model"] = options.model;
  document["data"] = options.data.data;
  document["split"] = measured.split;
  document["provenance"] = measured.provenance;
  document["skipped"] = Json::array();
  for (const data::SkippedFile& file : measured.skipped)
    document["skipped"].push_back({{"path", file.path.string()}, {"reason", file.reason}});
  // File names need not be UTF-8, but JSON has to be.
  fmt::print("{}\n", format_json(document, 2));
}

/// Which epoch's weights these are, and a warning where the choice makes the numbers look better than they
/// are.
std::string describe_weights(const Json& provenance) {
  if (!provenance.contains("epoch")) return {};
  const std::string keep = provenance.value("keep", "last");
  return fmt::format("weights of {}{}\n", recipe::describe_kept(keep, provenance.value("epoch", 0)),
                     keep == "best" ? ": chosen on the validation pictures, they flatter it" : "");
}

void print_table(const Measurement& measured, const EvaluateOptions& options) {
  fmt::print("{} on {}, {}\n{}\n{}", options.model, options.data.data, measured.split,
             describe_weights(measured.provenance), predict::format_evaluation(measured.evaluation));
  if (measured.viewed)
    fmt::print("\nApart from that, the mean over several looks at each picture (--views {}):\n{}",
               options.views, predict::format_accuracy(*measured.viewed));
  if (measured.skipped.empty()) return;
  fmt::print("\nskipped {} that do not decode:\n", measured.skipped.size());
  const size_t shown = std::min(measured.skipped.size(), kMaxSkippedShown);
  for (size_t i = 0; i < shown; ++i)
    fmt::print("  {}: {}\n", measured.skipped[i].path.string(), measured.skipped[i].reason);
  if (shown < measured.skipped.size())
    fmt::print("  and {} more; --json lists them all\n", measured.skipped.size() - shown);
}

void write_page(const Measurement& measured, const EvaluateOptions& options) {
  report::RunReport page;
  page.title = fmt::format("{} on {}", options.model, options.data.data);
  page.command =
      fmt::format("margay evaluate {} {} --split {} --html {}", report::shell_word(options.model),
                  report::shell_word(options.data.data), measured.split, report::shell_word(options.html));
  page.evaluation = measured.evaluation.to_json();
  page.evaluated_split = measured.split;
  if (measured.provenance.contains("epoch"))
    page.evaluated_model = recipe::describe_kept(measured.provenance.value("keep", "last"),
                                                 measured.provenance.value("epoch", 0));
  page.pictures = report::judged_pictures(measured.dataset.split(measured.split), measured.samples,
                                          measured.preprocess, measured.labels, measured.probabilities,
                                          std::filesystem::absolute(measured.dataset.root));
  page.skipped = measured.skipped;
  page.environment = run::describe_environment(command_line());
  report::write_report(options.html, page);
  // With --json, standard output is one document.
  fmt::print(options.json ? stderr : stdout, "{}page: {}\n", options.json ? "" : "\n", options.html);
}

void evaluate(const EvaluateOptions& options) {
  if (!options.html.empty()) require_writable_page(options.html, "evaluate");
  const Measurement measured = measure(options, stop_on_signals());
  if (options.json)
    print_json(measured, options);
  else
    print_table(measured, options);
  if (!options.html.empty()) write_page(measured, options);
}

}  // namespace

void add_evaluate(CLI::App& command, Outcome&) {
  auto options = std::make_shared<EvaluateOptions>();
  command.add_option("RUN", options->model, "run directory or model file")->required();
  add_data_options(command, options->data)->required();
  command.add_option("--split", options->split,
                     "train, validation, test or all [default: validation, else test, else all]");
  add_views_option(command, options->views);
  command.add_flag("--json", options->json, "print one JSON document instead of tables");
  command.add_option(
      "--html", options->html,
      "also write a page: the confusion matrix with the pictures of its cells, and the mistakes "
      "that the model was surest of");
  command
      .add_option("--threads", options->threads, "threads that decode and compute; 0 takes all processors")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.footer(
      "Examples:\n  margay evaluate runs/article cats-and-dogs --split validation\n"
      "  margay evaluate runs/article runs/article/manifest.csv    (the pictures of that training)\n"
      "  margay evaluate runs/article pets-test --html pets-test.html\n"
      "  margay evaluate runs/article cats-and-dogs --views flip\n"
      "Classes are matched by name. The accuracy comes with its 95 % Wilson interval; what --views adds is "
      "told "
      "apart from it.");
  command.callback([options] { evaluate(*options); });
}

}  // namespace margay::app
