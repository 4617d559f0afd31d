// margay bench: how fast this machine trains, loads and predicts with a recipe.
#include <fmt/format.h>

#include <memory>
#include <stop_token>
#include <string_view>
#include <utility>

#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/number_options.h"
#include "apps/margay/recipe_choice.h"
#include "apps/margay/training_options.h"
#include "margay/core/error.h"
#include "margay/text/format_benchmark.h"
#include "margay/train/decide.h"
#include "margay/workflow/benchmark.h"
#include "margay/workflow/benchmark_pictures.h"

namespace margay::app {
namespace {

struct BenchOptions : TrainingOptions {
  double seconds = 2;
};

void choose_pictures(const BenchOptions& options, workflow::BenchmarkRequest& request) {
  if (options.data.data.empty()) {
    request.pictures = workflow::drawn_split();
    request.classes = {"first", "second"};
    request.pictures_name = "drawn JPEGs of 500 x 375";
    return;
  }
  WorkerPool pool(train::decide(request.config).training.threads);
  data::Dataset dataset = open_split(options, pool, request.stop);
  print_understood(dataset, options.data.verbose, options.is_quiet());
  request.pictures = dataset.split("train");
  request.classes = std::move(dataset.classes);
  request.pictures_name = options.data.data;
}

/// Returns the exit status: a figure that cannot be is no success.
int run_bench(BenchOptions& options) {
  const std::stop_token stop = stop_on_signals();
  options.uses_method = false;  // steps are timed, whatever the recipe does
  choose_recipe(options, RecipeUse::steps);
  workflow::BenchmarkRequest request{
      .config = compose_config(options), .seconds = options.seconds, .stop = stop};
  if (!options.is_quiet())
    request.narrate = [](std::string_view sentence) { print_err("{} ...\n", sentence); };
  choose_pictures(options, request);
  announce_recipe(options);
  const analysis::Benchmark found = workflow::run_benchmark(request);
  if (options.json)
    print_out("{}\n", format_json(text::to_json(found), 2));
  else
    print_out("{}", text::format_benchmark(found));
  return text::failed_checks(found).empty() ? 0 : Error("bench", "").exit_code();
}

}  // namespace

void add_bench(CLI::App& command, Outcome& outcome) {
  auto options = std::make_shared<BenchOptions>();
  add_recipe_options(command, *options, SettingOptions::of_steps, "RECIPE,--recipe");
  command.add_option(
      "--data", options->data.data,
      "measure with these pictures, whatever 'margay train' takes (default: drawn JPEGs of 500 x 375 "
      "in memory); eight steps' worth, spread over the data set");
  command
      .add_option("--seconds", options->seconds,
                  "of each of about nine measurements, after a warm-up of no more than "
                  "that and a step")
      ->check(real_number("--seconds", 0, 3600))
      ->capture_default_str();
  command.add_flag("--json", options->json,
                   "print one JSON document: seconds, bytes, FLOP a second, shares from 0 to 1");
  command.footer(
      "Examples:\n  margay bench article\n  margay bench article-regularized --data cats-and-dogs --threads "
      "1\n"
      "Where schedule.sizes has several sizes, training is measured with each, and FLOP are those of that "
      "size. "
      "Speed is\nof the median repetition, the peak of the fastest; a share of more than 105 % is a failed "
      "check, and the "
      "exit status 1. The peak is that of oneDNN's matrix "
      "product in "
      "the\nsame precision on as many threads, measured in the same run. Other programs that run slow "
      "everything "
      "down.");
  command.callback([options, &outcome] { outcome.exit_code = run_bench(*options); });
}

}  // namespace margay::app
