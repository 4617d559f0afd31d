// Runs the two recipes and gathers what the page tells.
#include "margay/workflow/story.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "margay/analysis/story.h"
#include "margay/augment/pipeline.h"
#include "margay/core/atomic_file.h"
#include "margay/core/cpu.h"
#include "margay/core/file_system.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/random.h"
#include "margay/data/content_split.h"
#include "margay/graph/operators/dropout.h"
#include "margay/graph/summary.h"
#include "margay/image/encode.h"
#include "margay/pages/story_page.h"
#include "margay/plot/curves.h"
#include "margay/plot/samples.h"
#include "margay/recipe/changed_document.h"
#include "margay/recipe/lasting_settings.h"
#include "margay/recipe/recipe.h"
#include "margay/recipe/unused_keys.h"
#include "margay/run/environment.h"
#include "margay/run/output_folder.h"
#include "margay/run/run_config.h"
#include "margay/run/run_state.h"
#include "margay/text/format_diagnosis.h"
#include "margay/text/run_text.h"
#include "margay/text/story_text.h"
#include "margay/train/class_balance.h"
#include "margay/train/decide.h"
#include "margay/train/step_memory.h"
#include "margay/workflow/optional_output.h"
#include "margay/workflow/run_data.h"
#include "margay/workflow/run_report.h"
#include "margay/workflow/training_run.h"

namespace margay::workflow {
namespace {

constexpr int kShownPictures = 5;
constexpr int kAskedPictures = 8;

double largest(const std::vector<double>& probabilities) {
  return *std::max_element(probabilities.begin(), probabilities.end());
}

int best_class(const std::vector<double>& probabilities) {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                          probabilities.begin());
}

double dropout_of(const recipe::Config& config) {
  double rate = 0;
  for (const Json& layer : config.network.layers)
    if (layer.value("op", "") == graph::Dropout::kOp)
      rate = std::max(rate, layer.value("rate", graph::Dropout{}.rate));
  return rate;
}

/// What no run of these settings may differ in. How pictures were found is left out: whether they are the
/// same is known by content.
Json identity_of(const recipe::Config& config) {
  Json document = recipe::lasting_settings(config);
  document["network"]["weights"] = config.network.weights;
  document["source"] = {{"data", config.source.data.string()}, {"split_seed", config.source.split_seed}};
  return document;
}

/// As people write it: "SGD with momentum 0.9".
std::string optimizer_text(const recipe::OptimizerConfig& optimizer, text::Language language) {
  switch (optimizer.name) {
    case recipe::OptimizerName::adam:
      return "Adam";
    case recipe::OptimizerName::adamw:
      return "AdamW";
    case recipe::OptimizerName::sgd:
      return text::optimizer_text("SGD", optimizer.momentum, language);
    case recipe::OptimizerName::rmsprop:
      return text::optimizer_text("RMSprop", optimizer.momentum, language);
  }
  return std::string(recipe::name_of(optimizer.name));
}

bool is_used(const recipe::Config& config, const std::string& key) {
  const std::vector<recipe::UnusedKey> unused = recipe::unused_keys(config);
  return std::ranges::find(unused, key, &recipe::UnusedKey::key) == unused.end();
}

/// One telling.
class Storyteller {
 public:
  Storyteller(const StoryOptions& options, const StoryObservers& observers, std::stop_token stop)
      : options_(options), observers_(observers), stop_(stop) {}

  StoryResult tell();

 private:
  void narrate(std::string_view sentence) const {
    if (observers_.narrate) observers_.narrate(sentence);
  }
  Warn warn() const {
    return [this](const std::string& warning) {
      if (observers_.training != nullptr) observers_.training->on_warning(warning);
    };
  }
  recipe::Config load(const std::string& name) const;
  TrainingRun run_recipe(const recipe::Config& config);
  bool holds_run(const run::RunDirectory& directory, const recipe::Config& config) const;
  std::vector<train::TrainingObserver*> training_observers() const;
  std::shared_ptr<const text::Wording> wording(text::Language language) const;
  /// Of one of the runs, in the language of the terminal.
  std::shared_ptr<const text::Wording> request_wording(const TrainingRun& run) const {
    if (!options_.wording) return std::make_shared<text::Wording>();
    return options_.wording(run.subject, text::Language::english);
  }
  /// What trains by this configuration.
  analysis::Action train_action(const recipe::Config& config) const;
  analysis::StoryRun page_run(const TrainingRun& run) const;
  /// What the page tells in short.
  std::vector<std::string> write_page(const std::filesystem::path& page, const TrainingRun& first,
                                      const TrainingRun& second, double seconds);
  void fill_data(analysis::Story& story);
  void fill_commands(analysis::Story& story) const;
  void fill_answers(analysis::Story& story, const TrainingRun& run) const;

  const StoryOptions& options_;
  const StoryObservers& observers_;
  std::stop_token stop_;
  data::Dataset dataset_;
  std::shared_ptr<const train::TrainingData> data_;
};

recipe::Config Storyteller::load(const std::string& name) const {
  Json document = recipe::load_document(name);
  recipe::merge_document(document, options_.changes);
  recipe::Config config = recipe::read_changed(document, name, recipe::keys_of(options_.changes));
  config.source.recipe = name;
  config.source.data = absolute_path(options_.data);
  config.source.table_sha256 = hash_of_table(config.source.data);
  config.source.split_seed = options_.split_seed;
  config.source.reading = options_.reading;
  return config;
}

std::vector<train::TrainingObserver*> Storyteller::training_observers() const {
  if (observers_.training == nullptr) return {};
  return {observers_.training};
}

/// Whether a run of these settings is there. It may have gone further than they ask for, or less far.
bool Storyteller::holds_run(const run::RunDirectory& directory, const recipe::Config& config) const {
  if (!path_exists(directory.config())) return false;
  const recipe::Config found = run::read_config(directory);
  const std::vector<std::string> changes =
      recipe::describe_changed_settings(identity_of(found), identity_of(config));
  require(changes.empty(), "story",
          fmt::format("{} holds a run with other settings: {}", directory.root.string(),
                      fmt::join(changes, "; ")),
          "choose another `out`, or remove that folder"_worded);
  require(found.source.classes.empty() || found.source.classes == dataset_.classes, "story",
          fmt::format("{} holds a run with other classes", directory.root.string()),
          "choose another `out`, or remove that folder"_worded);
  return true;
}

/// Whether the run has all the epochs that are asked for, here or by whoever resumed it.
bool is_finished(const TrainingRequest& request) {
  return run::read_config(request.directory).training.epochs >= request.config.training.epochs &&
         run::state_of(request.directory) == run::RunState::finished;
}

TrainingRun Storyteller::run_recipe(const recipe::Config& config) {
  TrainingRequest request;
  request.config = config;
  request.dataset = dataset_;
  request.data = data_;
  request.data_name = options_.data_name;
  request.open = options_.open;
  request.advice_on_changes = "tell the story anew in another folder with `out`"_worded;
  request.command_line = options_.command_line;
  request.wording = options_.wording;
  request.language = options_.language;
  const std::string name = std::filesystem::path(config.source.recipe).stem().string();
  request.directory = {options_.out / name};
  const bool goes_on = holds_run(request.directory, train::decide(config, *data_));
  request.config.network.has_begun = goes_on;
  if (goes_on) {
    const recipe::TrainingConfig there = run::read_config(request.directory).training;
    request.config.training.epochs = std::max(config.training.epochs, there.epochs);
    request.config.training.patience = there.patience;
    if (there.epochs > config.training.epochs)
      warn()(
          fmt::format("'{}' is a run of {}, more than the {} that are asked for here: what it has "
                      "ahead of others may be owed to that",
                      config.source.recipe, counted(there.epochs, "epoch"), config.training.epochs));
  }
  if (goes_on && is_finished(request)) {
    TrainingRequest there = request;
    there.resume = true;
    for (const std::string& warning : check_data(there).warnings) warn()(warning);
    narrate(
        fmt::format("'{}' is trained already: {}", config.source.recipe, request.directory.root.string()));
    return read_run(request);
  }
  request.resume = path_exists(request.directory.checkpoint());
  request.existing = run::ExistingRun::replace;
  return train_in_directory(request, training_observers(), stop_);
}

std::shared_ptr<const text::Wording> Storyteller::wording(text::Language language) const {
  if (!options_.wording) return std::make_shared<text::Wording>(language);
  AdviceSubject subject{.run_path = (options_.out / options_.regularized_recipe).string(),
                        .data_name = options_.data_name};
  subject.source.split_seed = options_.split_seed;
  subject.source.reading = options_.reading;
  return options_.wording(subject, language);
}

analysis::Action Storyteller::train_action(const recipe::Config& config) const {
  analysis::Action action{.kind = analysis::Action::Kind::train, .recipe = config.source.recipe};
  if (config.training.epochs != recipe::load_recipe(config.source.recipe).training.epochs)
    action.epochs = config.training.epochs;
  action.changes = options_.changes;
  if (action.changes.contains("training")) {
    action.changes["training"].erase("epochs");
    if (action.changes["training"].empty()) action.changes.erase("training");
  }
  return action;
}

analysis::StoryRun Storyteller::page_run(const TrainingRun& run) const {
  analysis::StoryRun told{run.config.source.recipe,
                          wording(options_.language)->command(train_action(run.config)), run.result.history,
                          run.diagnosis, run.decisions};
  told.model = text::kept_text(text::kept_of(run.config), run.result.kept_epoch, options_.language);
  if (run.evaluation.count > 0) told.model_accuracy = run.evaluation.accuracy;
  return told;
}

void Storyteller::fill_data(analysis::Story& story) {
  story.data_name = options_.data_name;
  story.classes = dataset_.classes;
  for (const data::Split& split : dataset_.splits) {
    analysis::SplitCounts counts{split.name, std::vector<int64_t>(dataset_.classes.size(), 0)};
    for (const data::Sample& sample : split.samples) ++counts.counts[static_cast<size_t>(sample.label)];
    // Less those that do not decode, which are listed apart.
    if (split.name == "train")
      counts.counts = train::count_classes(data_->train.labels(), counts.counts.size());
    if (split.name == "validation" && data_->validation)
      counts.counts = train::count_classes(data_->validation->labels(), counts.counts.size());
    story.splits.push_back(std::move(counts));
  }
  story.ignored_files = static_cast<int64_t>(dataset_.left_out.total());
  story.skipped = data_->skipped();
  story.noted = data_->noted();
}

void Storyteller::fill_commands(analysis::Story& story) const {
  using Kind = analysis::Action::Kind;
  const auto words = wording(options_.language);
  story.inspect_command = words->command({.kind = Kind::inspect});
  story.show_command = words->command({.kind = Kind::show, .count = kShownPictures});
  story.summary_command = words->command({.kind = Kind::summarize, .recipe = options_.recipe});
  story.predict_command =
      words->command({.kind = Kind::predict, .pictures = analysis::ActionPictures::others});
  story.transfer_command = words->command({.kind = Kind::train, .recipe = "transfer"});
  story.story_command = command_of(options_.command_line);
}

/// Validation pictures chosen by the seed: about half of them such that the network is wrong, where it is.
void Storyteller::fill_answers(analysis::Story& story, const TrainingRun& run) const {
  if (run.probabilities.empty()) return;
  const data::DecodedCache& pictures = *data_->validation;
  std::vector<size_t> order(pictures.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  Random random({hash_text("story"), run.config.training.seed});
  random.shuffle(std::span(order));
  const auto is_right = [&](size_t i) { return best_class(run.probabilities[i]) == pictures.label(i); };
  size_t right = 0, wrong = 0;
  for (const size_t i : order) {
    size_t& count = is_right(i) ? right : wrong;
    if (count >= kAskedPictures / 2) continue;
    ++count;
    const image::ImageView view = pictures.picture(i);
    image::Image copy(view.width, view.height);
    std::copy_n(view.pixels, view.size_bytes(), copy.pixels.begin());
    story.answers.push_back({std::move(copy), pictures.path(i).filename().string(), pictures.label(i),
                             best_class(run.probabilities[i]), largest(run.probabilities[i])});
  }
  story.answered_by = run.config.source.recipe;
}

std::vector<std::string> Storyteller::write_page(const std::filesystem::path& page, const TrainingRun& first,
                                                 const TrainingRun& second, double seconds) {
  analysis::Story story;
  fill_data(story);
  fill_commands(story);
  if (path_exists(first.directory.samples())) story.samples_png = first.directory.samples();
  story.preprocess = first.config.input;
  story.batch_size = first.config.training.batch_size;
  const graph::Summary summary =
      graph::summarize(recipe::build_network(first.config, static_cast<int>(dataset_.classes.size())));
  story.network = summary;
  story.parameters = summary.trained_parameters;
  story.optimizer = optimizer_text(first.config.optimizer, options_.language);
  story.learning_rate = first.config.optimizer.lr;
  story.constant_rate = first.config.schedule.name == recipe::ScheduleName::constant &&
                        first.config.schedule.warmup_epochs == 0;
  story.accumulate = first.config.training.accumulate;
  story.loss_changes = text::loss_changes_text(first.config.loss.label_smoothing,
                                               first.config.loss.focal_gamma, options_.language);
  story.article = page_run(first);
  story.augmentation = second.config.augment;
  if (!story.augmentation.empty())
    story.augment_command =
        wording(options_.language)
            ->command({.kind = analysis::Action::Kind::show, .augment = story.augmentation});
  if (path_exists(second.directory.augmented())) story.augmented_png = second.directory.augmented();
  story.dropout = dropout_of(second.config);
  story.regularized = page_run(second);
  fill_answers(story, second);
  story.environment = run::describe_environment(options_.command_line);
  story.environment["libtorch"] = train::libtorch_version();
  story.seconds = seconds;
  pages::write_story(page, story, *wording(options_.language));
  return text::StoryText(story).outcome();
}

StoryResult Storyteller::tell() {
  const auto start = std::chrono::steady_clock::now();
  const std::filesystem::path page = options_.out / "story.html";
  const recipe::Config article = load(options_.recipe), regularized = load(options_.regularized_recipe);
  for (const std::string& key : recipe::keys_of(options_.changes))
    if (!is_used(regularized, key)) recipe::require_used(article, {key}, "story");
  require(article.input.fitting() == regularized.input.fitting(), "story",
          "the two recipes fit pictures in different ways",
          "the story compares networks that see the same pictures");
  run::require_folder_of_ours(
      options_.out,
      [&](const std::filesystem::path& entry) {
        return entry == page || (run::is_run(entry) && !run::is_run_of_sweep(entry));
      },
      "story");
  WorkerPool pool(options_.threads > 0 ? options_.threads : usable_cpus());
  data::OpenOptions open = options_.open;
  open.progress = observers_.progress;
  open.stop = stop_;
  dataset_ = data::split_by_content(data::Dataset::open(options_.data, open), std::nullopt, pool,
                                    observers_.progress, stop_, options_.split_seed);
  const auto step_memory_of = [&](const recipe::Config& config) {
    return train::require_step_memory(config, dataset_);
  };
  data_ = std::make_shared<train::TrainingData>(train::TrainingData::load(
      dataset_, article.input, pool,
      {.progress = observers_.progress,
       .stop = stop_,
       .broken = options_.broken,
       .reserved_bytes = std::max(step_memory_of(article), step_memory_of(regularized))}));

  const run::FolderLock lock(options_.out);
  narrate(data::describe(dataset_));
  if (!dataset_.left_out.empty()) narrate(data::describe(dataset_.left_out));
  if (options_.names_left_out)
    for (const data::LeftOutEntry& entry : dataset_.left_out.entries())
      narrate(fmt::format("  {}: {}", entry.name, entry.reason));
  for (const std::string& warning : dataset_.warnings) warn()(warning);
  if (observers_.on_pictures) observers_.on_pictures(*data_);
  narrate(fmt::format("First the recipe '{}', as it is.", options_.recipe));
  const TrainingRun first = run_recipe(article);
  if (first.result.stopped) return {page, {}, true};
  narrate(text::format_diagnosis(first.diagnosis, *request_wording(first)));
  narrate(fmt::format("Now '{}': dropout {}, and pictures changed by {}.", options_.regularized_recipe,
                      dropout_of(regularized), regularized.augment));
  const TrainingRun second = run_recipe(regularized);
  if (second.result.stopped) return {page, {}, true};
  narrate(text::format_diagnosis(second.diagnosis, *request_wording(second)));

  write_optional("comparison.png and comparison.svg", warn(), [&] {
    plot::write_curves(
        {{options_.recipe, first.result.history}, {options_.regularized_recipe, second.result.history}},
        options_.out / "comparison.png", options_.out / "comparison.svg");
  });
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return {page, write_page(page, first, second, taken.count()), false};
}

}  // namespace

StoryResult tell_story(const StoryOptions& options, const StoryObservers& observers, std::stop_token stop) {
  return Storyteller(options, observers, stop).tell();
}

}  // namespace margay::workflow
