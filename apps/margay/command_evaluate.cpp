// margay evaluate: measures a model on labelled pictures.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/data_options.h"
#include "apps/margay/language_option.h"
#include "apps/margay/measurement.h"
#include "apps/margay/memory_limit.h"
#include "apps/margay/number_options.h"
#include "apps/margay/overwrite_option.h"
#include "apps/margay/tta_option.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/json.h"
#include "margay/core/json_name.h"
#include "margay/core/number_text.h"
#include "margay/core/printable.h"
#include "margay/core/shell_word.h"
#include "margay/pages/report_page.h"
#include "margay/predict/evaluation.h"
#include "margay/run/environment.h"
#include "margay/text/familiarity_text.h"
#include "margay/text/run_text.h"

namespace margay::app {
namespace {

constexpr size_t kMaxSkippedShown = 50;
constexpr const char* kProvenance = "the model's provenance";

void print_json(const Measurement& measured, const EvaluateOptions& options) {
  Json document = measured.evaluation.to_json();
  if (measured.augmented) {
    document["with_tta"] = measured.augmented->to_json();
    document["with_tta"]["tta"] = options.tta;
  }
  document["model"] = options.model;
  document["data"] = options.data.data;
  document["split"] = measured.split;
  document["provenance"] = measured.provenance;
  const analysis::Familiarity& familiarity = measured.familiarity;
  document["learned"] = {{"known", familiarity.known},
                         {"count", familiarity.learned},
                         {"evaluation", measured.learned ? measured.learned->to_json() : Json(nullptr)}};
  document["unknown_weights"] =
      familiarity.unknown_weights.empty() ? Json(nullptr) : Json(familiarity.unknown_weights);
  document["chosen_on_validation"] = {{"what", familiarity.choices}, {"count", familiarity.chose_model}};
  document["ignored"] = measured.dataset.left_out.counts();
  document["skipped"] = Json::array();
  for (const data::SkippedFile& file : measured.skipped)
    document["skipped"].push_back(with_path(file.path.string(), {{"reason", file.reason}}));
  document["noted"] = Json::array();
  for (const data::NotedFile& file : measured.noted)
    document["noted"].push_back(with_path(file.path.string(), {{"note", file.note}}));
  print_out("{}\n", format_json(document, 2));
}

std::string kept_weights(const Json& provenance, text::Language language) {
  const std::string keep = json_value_or<std::string>(provenance, "keep", "last", kProvenance);
  return text::kept_text(text::kept_of(provenance.contains("head") ? "head" : keep),
                         json_value<int>(provenance, "epoch", kProvenance), language);
}

/// What has to be known about the figures.
std::vector<std::string> notes_on(const Measurement& measured, const EvaluateOptions& options,
                                  text::Language language) {
  std::vector<std::string> notes = text::familiarity_text(measured.familiarity, options.model, language);
  std::vector<std::string> present, absent;
  for (const predict::ClassScore& score : measured.evaluation.classes)
    (score.support > 0 ? present : absent).push_back(score.name);
  if (std::string about = text::absent_classes_text(present, absent, language); !about.empty())
    notes.push_back(std::move(about));
  return notes;
}

/// Whose weights these are, what they have learned from and what has chosen them.
std::string describe_model(const Measurement& measured, const EvaluateOptions& options) {
  constexpr text::Language kTerminal = text::Language::english;
  std::string text;
  const Json& provenance = measured.provenance;
  if (provenance.contains("epoch")) text = kept_weights(provenance, kTerminal) + '\n';
  for (const std::string& sentence : notes_on(measured, options, kTerminal)) text += sentence + '\n';
  return text;
}

void print_table(const Measurement& measured, const EvaluateOptions& options) {
  print_out("{} on {}, {}\n{}\n{}", options.model, options.data.data, measured.split,
            describe_model(measured, options), predict::format_evaluation(measured.evaluation));
  if (measured.augmented)
    print_out("\nApart from that, with test-time augmentation (--tta {}):\n{}", options.tta,
              predict::format_accuracy(*measured.augmented));
  if (!measured.noted.empty()) print_out("\n{}", format_noted(measured.noted, options.data.verbose));
  if (measured.skipped.empty()) return;
  print_out("\nskipped {}:\n", data::count_skipped(measured.skipped));
  const size_t shown = std::min(measured.skipped.size(), kMaxSkippedShown);
  for (size_t i = 0; i < shown; ++i)
    print_out("  {}: {}\n", printable(measured.skipped[i].path.string()), measured.skipped[i].reason);
  if (shown < measured.skipped.size())
    print_out("  and {} more; --json lists them all\n", measured.skipped.size() - shown);
}

void write_page(const Measurement& measured, const EvaluateOptions& options, text::Language language) {
  pages::RunReport page;
  page.title = text::evaluation_title(options.model, options.data.data, language);
  page.command = fmt::format("margay evaluate {} {} --split {} --html {}", shell_word(options.model),
                             describe_in_command(options.data), measured.split, shell_word(options.html));
  page.evaluation = measured.evaluation;
  page.evaluated_split = measured.split;
  page.evaluation_notes = notes_on(measured, options, language);
  if (measured.provenance.contains("epoch"))
    page.evaluated_model = kept_weights(measured.provenance, language);
  page.pictures = pages::evaluated_pictures(measured.dataset.split(measured.split), measured.samples,
                                            measured.preprocess, measured.labels, measured.probabilities,
                                            absolute_path(measured.dataset.root));
  page.skipped = measured.skipped;
  page.environment = run::describe_environment(command_line());
  pages::write_report(options.html, page, text::Wording(language));
  // With --json, standard output is one document.
  if (options.json)
    print_err("page: {}\n", options.html);
  else
    print_out("\npage: {}\n", options.html);
}

void evaluate(const EvaluateOptions& options) {
  require(options.existing != ExistingFile::replace || !options.html.empty(), "evaluate",
          "--overwrite belongs to --html", "name the page: --html page.html");
  const text::Language language = language_of_page(options.language, options.html, "evaluate");
  if (!options.html.empty()) require_own_output(options.html, "--html", "evaluate", options.existing);
  const Measurement measured = measure(options, stop_on_signals());
  if (options.json)
    print_json(measured, options);
  else
    print_table(measured, options);
  if (!options.html.empty()) write_page(measured, options, language);
}

}  // namespace

void add_evaluate(CLI::App& command, Outcome&) {
  auto options = std::make_shared<EvaluateOptions>();
  command.add_option("RUN", options->model, "run directory or model file")->required();
  add_data_options(command, options->data)->required();
  command.add_option("--split", options->split,
                     "train, validation, test or all [default: test, else validation, else all]");
  add_tta_option(command, options->tta);
  add_memory_limit(command, options->max_memory);
  command.add_flag("--json", options->json, "print one JSON document instead of tables");
  command.add_option(
      "--html", options->html,
      "also write a page: the confusion matrix with the pictures of its cells, and the mistakes "
      "that the model was surest of");
  add_overwrite_option(command, options->existing);
  add_language_option(command, options->language, "the page");
  command
      .add_option("--threads", options->threads, "threads that decode and compute; 0 takes all processors")
      ->check(whole_number("--threads", 0, 1024))
      ->capture_default_str();
  command.footer(
      "Examples:\n  margay evaluate runs/article cats-and-dogs --split validation\n"
      "  margay evaluate runs/article runs/article/manifest.csv    (the pictures of that training)\n"
      "  margay evaluate runs/article pets-test --html pets-test.html\n"
      "  margay evaluate runs/article cats-and-dogs --tta flip\n"
      "Pictures that RUN has learned from are known by their content, whatever their name or archive, and "
      "left out "
      "of the\nfigures: they are told apart. Classes are matched by name. The accuracy comes with its 95 % "
      "Wilson interval; what --tta adds is "
      "told "
      "apart from it.");
  command.callback([options] { evaluate(*options); });
}

}  // namespace margay::app
