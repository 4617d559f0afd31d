// margay lr-find: tries growing learning rates and suggests one.
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/drawing.h"
#include "apps/margay/number_options.h"
#include "apps/margay/overwrite_option.h"
#include "apps/margay/recipe_choice.h"
#include "apps/margay/training_console.h"
#include "apps/margay/training_options.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/plot/rate_plot.h"
#include "margay/text/rate_text.h"
#include "margay/train/decide.h"
#include "margay/train/trainer.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct LrFindOptions : TrainingOptions {
  run::RangeTest test;
  fs::path out = "lr-find.png";
  ExistingFile existing = ExistingFile::keep_foreign;
};

/// Says where the weights come from that the steps begin with.
class StartConsole : public train::TrainingObserver {
 public:
  void on_start(const train::TrainingStart& start) override {
    print_err("{}", format_pretrained(start.pretrained));
  }
};

run::RangeTestCurve test_rates(const LrFindOptions& options, const recipe::Config& config,
                               std::stop_token stop) {
  WorkerPool pool(train::decide(config).training.threads);
  const data::Dataset dataset = open_split(options, pool, stop);
  announce_recipe(options);
  print_understood(dataset, options.data.verbose, options.is_quiet());
  const auto data = load_pictures(options, dataset, config, pool, stop);
  train::Trainer trainer(config, data);
  StartConsole console;
  if (!options.is_quiet()) trainer.observe(console);
  return trainer.test_rates(options.test, console_progress(options.is_quiet()), stop);
}

std::string command_for(const LrFindOptions& options, double lr) {
  return training_command(options, lr);
}

/// Returns the paths of the pictures; none where there is nothing to draw, or it cannot be drawn. Throws
/// IoError where they cannot be written.
std::vector<std::string> draw(const LrFindOptions& options, const run::RangeTestCurve& curve,
                              const analysis::RateSuggestion& suggestion) {
  const fs::path svg = fs::path(options.out).replace_extension(".svg");
  if (curve.points().empty()) return {};
  if (!draw_or_warn([&] { plot::write_rate_plot(curve, suggestion, options.out, svg); })) return {};
  return {options.out.string(), svg.string()};
}

Json to_json(const LrFindOptions& options, const recipe::Config& config, const run::RangeTestCurve& curve,
             const analysis::RateSuggestion& suggestion, const std::vector<std::string>& pictures) {
  Json document{{"suggestion", text::to_json(suggestion)},
                {"configured", config.optimizer.lr},
                {"command", suggestion.lr ? Json(command_for(options, *suggestion.lr)) : Json(nullptr)},
                {"pictures", pictures},
                {"points", Json::array()}};
  const std::vector<double> smoothed = analysis::smoothed_losses(curve);
  for (size_t i = 0; i < smoothed.size(); ++i)
    document["points"].push_back(
        {{"lr", curve.points()[i].lr}, {"loss", curve.points()[i].loss}, {"smoothed_loss", smoothed[i]}});
  return document;
}

void print_outcome(const LrFindOptions& options, const recipe::Config& config,
                   const analysis::RateSuggestion& suggestion, const std::vector<std::string>& pictures) {
  if (suggestion.lr) {
    print_out("suggestion: {}, {}\n", format_rate(*suggestion.lr), text::reason_text(suggestion));
    print_out("the recipe has {:g}; try: {}\n", config.optimizer.lr, command_for(options, *suggestion.lr));
  } else {
    print_out("no suggestion: {}\n", text::reason_text(suggestion));
  }
  if (!pictures.empty()) print_out("curve: {}\n", fmt::join(pictures, ", "));
}

void find_rate(LrFindOptions& options) {
  require(options.out.extension() == ".png", "lr-find",
          fmt::format("--out {}: the curve is written as PNG, and as SVG beside it", options.out.string()),
          "let the name end in .png");
  for (const fs::path& file : {options.out, fs::path(options.out).replace_extension(".svg")})
    require_own_output(file, "--out", "lr-find", options.existing);
  options.test.validate();
  choose_recipe(options, RecipeUse::steps);
  const recipe::Config config = compose_config(options);
  for (const std::string& sentence : unused_in_files(options)) print_err("warning: {}\n", sentence);
  const run::RangeTestCurve curve = test_rates(options, config, stop_on_signals());
  const analysis::RateSuggestion suggestion = analysis::suggest_rate(curve);
  // What has been found is said, even where the picture cannot be written.
  std::vector<std::string> pictures;
  std::exception_ptr unwritten;
  try {
    pictures = draw(options, curve, suggestion);
  } catch (const IoError&) {
    unwritten = std::current_exception();
  }
  if (options.json)
    print_out("{}\n", format_json(to_json(options, config, curve, suggestion, pictures), 2));
  else
    print_outcome(options, config, suggestion, pictures);
  if (unwritten) std::rethrow_exception(unwritten);
}

}  // namespace

void add_lr_find(CLI::App& command, Outcome&) {
  auto options = std::make_shared<LrFindOptions>();
  add_training_options(command, *options, SettingOptions::of_steps);
  command.get_option("DATA")->required();
  command.add_option("--low", options->test.low, "the first learning rate")
      ->check(real_number("--low", 0, 100))
      ->capture_default_str();
  command
      .add_option("--high", options->test.high,
                  "the last learning rate; the test ends before it when the "
                  "loss is four times its lowest value")
      ->check(real_number("--high", 0, 100))
      ->capture_default_str();
  command
      .add_option("--steps", options->test.steps,
                  "steps of the optimiser from the one to the other; few pictures are seen several times")
      ->check(whole_number("--steps", 20, 1'000'000))
      ->capture_default_str();
  command
      .add_option("--out", options->out,
                  "the PNG with the curve; an SVG of the same name is written beside it")
      ->capture_default_str();
  add_overwrite_option(command, options->existing);
  command.add_flag("--json", options->json, "print one JSON document, with every step");
  command.footer(
      "Examples:\n  margay lr-find cats-and-dogs --recipe article\n"
      "  margay lr-find pets --recipe article --optimizer sgd\n"
      "A range test: the network is trained for some steps while the learning rate grows by the same factor "
      "each\n"
      "time, and then thrown away. The suggestion lies a third of the way through the valley of the smoothed "
      "loss.\n"
      "It is a place to start, not a measurement of what trains best; no run is touched.");
  command.callback([options] { find_rate(*options); });
}

}  // namespace margay::app
