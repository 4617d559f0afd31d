// Every picture is asked about once; its bytes say whether the run has learned from it.
#include "apps/margay/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "apps/margay/console.h"
#include "apps/margay/run_argument.h"
#include "margay/core/atomic_file.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/core/joined.h"
#include "margay/core/number_text.h"
#include "margay/core/shell_word.h"
#include "margay/core/unicode.h"
#include "margay/core/worker_pool.h"
#include "margay/data/class_names.h"
#include "margay/data/content_hash.h"
#include "margay/data/fit_file.h"
#include "margay/data/purpose.h"
#include "margay/datasets/get.h"
#include "margay/image/decode.h"
#include "margay/predict/file_predictions.h"
#include "margay/recipe/config.h"
#include "margay/recipe/recipe.h"
#include "margay/run/recorded_data.h"
#include "margay/run/run_config.h"
#include "margay/runtime/runtime.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

constexpr int kBatch = 32;

/// All pictures of a data set that is split, as one split more.
void add_all(data::Dataset& dataset) {
  data::Split all{.name = "all", .store = dataset.splits.front().store, .samples = {}};
  for (const data::Split& split : dataset.splits)
    all.samples.insert(all.samples.end(), split.samples.begin(), split.samples.end());
  std::ranges::stable_sort(all.samples, {}, &data::Sample::label);
  dataset.splits.push_back(std::move(all));
}

/// Pictures that chose nothing first.
const data::Split& choose_split(const data::Dataset& dataset, const std::string& name) {
  if (!name.empty()) return dataset.split(name);
  for (const char* candidate : {"test", "validation", "all"})
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
  std::string alike;
  for (const std::string& name : unknown)
    if (const std::string known = data::look_alike_of(name, of_model); !known.empty() && alike.empty())
      alike = fmt::format("; {} is not {}: they differ {}", data::quoted_name(name), data::quoted_name(known),
                          describe_difference(name, known));
  require<DataError>(
      unknown.empty(), "evaluate",
      fmt::format("the model does not know the classes {}{}", fmt::join(unknown, ", "), alike),
      fmt::format("it knows {}; the classes of the data must have these names", fmt::join(of_model, ", ")));
  return numbers;
}

/// Answers of one kind of pictures.
struct Answers {
  std::vector<size_t> samples;
  std::vector<int> labels;
  std::vector<std::vector<double>> probabilities, augmented;
};

/// Whether a run was a trial, also where it has been copied out of the folder of its sweep.
bool was_trial(const run::RunDirectory& directory) {
  std::error_code unreadable;
  const fs::path sweep = absolute_path(directory.root / ".").lexically_normal().parent_path().parent_path();
  if (fs::exists(sweep / "sweep.json", unreadable)) return true;
  try {
    const std::string where = directory.environment().string();
    const Json environment = parse_json(read_text_file(directory.environment()), where);
    const auto command = json_value_or<std::vector<std::string>>(environment, "command", {}, where);
    return command.size() > 1 && command[1] == "sweep";
  } catch (const Error&) {
    return false;  // there is none, or none that can be read: it tells nothing
  }
}

/// The weights that a training goes back to of which nobody knows what they had learned from; else empty. A
/// run of an earlier version may have no record of the weights that it began with itself.
std::string unknown_weights(const Json& provenance, const run::RunDirectory& directory,
                            const run::RecordedData& recorded) {
  if (!recorded.unknown_weights().empty()) return joined(recorded.unknown_weights());
  const auto weights = json_value_or<std::string>(provenance, "weights", "", "the model's provenance");
  const bool is_known = !recipe::names_a_model(weights) || path_exists(directory.learned());
  return is_known ? std::string() : weights;
}

/// What the run's manifest needs on a command line; nothing where the run cannot say it.
std::vector<std::string> manifest_words(const run::RunDirectory& directory) try {
  return recipe::manifest_words(run::read_config(directory).source.reading);
} catch (const Error&) {
  return {};
}

/// What validation pictures have decided about the model.
std::vector<std::string> choices_of(const Json& provenance, const run::RunDirectory& directory) {
  constexpr const char* kWhere = "the model's provenance";
  auto choices = json_value_or<std::vector<std::string>>(provenance, "chosen_on_validation", {}, kWhere);
  if (choices.empty() && json_value_or<std::string>(provenance, "keep", "last", kWhere) == "best")
    choices.emplace_back("the epoch that is kept");
  if (was_trial(directory)) choices.emplace_back("the settings, in a sweep");
  return choices;
}

/// What to do where every picture is one that the model has learned from.
std::string way_to_measure(const EvaluateOptions& options, const run::RunDirectory& directory,
                           const run::RecordedData& recorded) {
  const auto fresh = static_cast<int64_t>(recorded.fresh_validation_pictures());
  if (recorded.validation_pictures() == 0)
    return "name pictures that it has not seen; the next training holds some back with --validation 0.2";
  if (fresh == 0)
    return "name pictures that it has not seen: its own validation pictures are all among those that it has "
           "learned from, too. Of a folder per class without splits, margay train --validation 0.2 holds "
           "pictures back, and copies of one are never on both sides";
  std::vector<std::string> words{"margay", "evaluate", options.model, directory.manifest().string()};
  for (const std::string& word : manifest_words(directory)) words.push_back(word);
  return fmt::format("{} --split validation measures it on the {} that were held back", shell_words(words),
                     counted(fresh, "picture"));
}

/// One measurement on one split.
class Measuring {
 public:
  Measuring(const EvaluateOptions& options, predict::Predictor& predictor, Measurement& measured)
      : options_(options),
        predictor_(predictor),
        measured_(measured),
        split_(measured.dataset.split(measured.split)),
        directory_(run::RunDirectory::of_model(options.model)),
        recorded_(run::RecordedData::read(directory_)),
        contents_(split_.samples.size()),
        causes_(split_.samples.size(), data::SkipCause::broken) {}

  void run(const std::stop_token& stop) {
    ask_about_all(stop);
    require<DataError>(!fresh_.labels.empty() || !learned_.labels.empty(), "evaluate",
                       fmt::format("no picture of split {} can be used", split_.name),
                       fmt::format("margay inspect {} says why", describe_in_command(options_.data)));
    require<DataError>(
        !fresh_.labels.empty(), "evaluate",
        fmt::format(
            "{} has learned from {} of split {}: how many of them it gets right says nothing about "
            "other pictures",
            options_.model,
            learned_.labels.size() == 1
                ? std::string("the one picture")
                : fmt::format("all {}", counted(static_cast<int64_t>(learned_.labels.size()), "picture")),
            split_.name),
        way_to_measure(options_, directory_, recorded_));
    judge();
  }

 private:
  void ask_about_all(const std::stop_token& stop) {
    const std::vector<int> class_numbers = match_classes(measured_.dataset.classes, predictor_.class_names());
    const auto receive = [&](const predict::FileAnswer& result) {
      if (!result.answer) {
        measured_.skipped.push_back({split_.path(result.index), result.error, causes_[result.index]});
        return;
      }
      if (!result.note.empty()) measured_.noted.push_back({split_.path(result.index), result.note});
      Answers& answers = recorded_.has_learned(contents_[result.index]) ? learned_ : fresh_;
      answers.samples.push_back(result.index);
      answers.labels.push_back(class_numbers[split_.samples[result.index].label]);
      answers.probabilities.push_back(result.answer->probabilities);
      if (result.augmented) answers.augmented.push_back(result.augmented->probabilities);
    };
    WorkerPool pool(options_.threads > 0 ? options_.threads : usable_cpus());
    predict::predict_pictures(
        predictor_, {split_.samples.size(), [&](size_t i) { return read(i); }}, pool,
        {.size = kBatch, .augmentation = predict::test_time_augmentation_from_name(options_.tta)}, receive,
        console_progress(), stop);
  }

  std::vector<uint8_t> read(size_t i) {
    try {
      std::vector<uint8_t> bytes = split_.read(i, image::DecodeOptions{}.max_file_bytes);
      if (recorded_.has_contents()) contents_[i] = data::hash_content(bytes);
      return bytes;
    } catch (const Error& error) {
      causes_[i] = data::skip_cause(error);
      throw IoError("evaluate", data::skip_reason(error, split_.path(i)));
    }
  }

  void judge() {
    const auto& classes = predictor_.class_names();
    measured_.evaluation = predict::evaluate(classes, fresh_.labels, fresh_.probabilities);
    if (!fresh_.augmented.empty())
      measured_.augmented = predict::evaluate(classes, fresh_.labels, fresh_.augmented);
    if (!learned_.labels.empty())
      measured_.learned = predict::evaluate(classes, learned_.labels, learned_.probabilities);
    judge_familiarity();
    measured_.samples = std::move(fresh_.samples);
    measured_.labels = std::move(fresh_.labels);
    measured_.probabilities = std::move(fresh_.probabilities);
  }

  void judge_familiarity() {
    analysis::Familiarity& familiarity = measured_.familiarity;
    familiarity.known = recorded_.is_known();
    familiarity.altered_record = recorded_.altered();
    familiarity.record_is_gone =
        !familiarity.altered_record.empty() && !path_exists(directory_.root / familiarity.altered_record);
    if (familiarity.known)
      familiarity.unknown_weights = unknown_weights(measured_.provenance, directory_, recorded_);
    familiarity.set_aside = measured_.provenance.contains("head");
    familiarity.measured = measured_.evaluation.count;
    familiarity.learned = static_cast<int64_t>(learned_.labels.size());
    if (measured_.learned) familiarity.learned_accuracy = measured_.learned->accuracy;
    familiarity.choices = choices_of(measured_.provenance, directory_);
    if (!familiarity.choices.empty())
      familiarity.chose_model = std::ranges::count_if(
          fresh_.samples, [&](size_t i) { return recorded_.has_validated(contents_[i]); });
  }

  const EvaluateOptions& options_;
  predict::Predictor& predictor_;
  Measurement& measured_;
  const data::Split& split_;
  run::RunDirectory directory_;
  run::RecordedData recorded_;
  std::vector<data::ContentHash> contents_;  ///< of each picture of the split, once it is read
  std::vector<data::SkipCause> causes_;      ///< of pictures that are not read
  Answers fresh_, learned_;
};

/// One picture has no label to measure by, wherever it stands.
void refuse_picture(const std::string& model, const std::string& other) {
  const KnownFile known = known_file(other);
  require(
      known.kind != FileKind::picture, "evaluate",
      fmt::format("{} is {}, and a model is measured on pictures with labels", other, known.name),
      fmt::format("{} says what it shows",
                  quoted_command(fmt::format("margay predict {} {}", shell_word(model), shell_word(other)))));
}

void refuse_misplaced_paths(const EvaluateOptions& options) {
  const std::string &first = options.model, &second = options.data.data;
  if (!model::is_model(second))
    refuse_other_than_run(first, "evaluate", [&](const std::string& run) {
      return fmt::format("margay evaluate {} {}", run, shell_word(second));
    });
  if (model::is_model(first)) return refuse_picture(first, second);
  if (!model::is_model(second)) return;  // which is said where it is loaded
  refuse_picture(second, first);
  throw UsageError(
      "evaluate", fmt::format("{} is no model, and {} is one", first, second),
      fmt::format("did you mean {}?", quoted_command(fmt::format("margay evaluate {} {}", shell_word(second),
                                                                 shell_word(first)))));
}

}  // namespace

Measurement measure(const EvaluateOptions& options, std::stop_token stop) {
  refuse_misplaced_paths(options);
  predict::Predictor predictor =
      runtime::load_predictor(options.model, {.threads = options.threads, .max_bytes = options.max_memory});
  Measurement measured;
  measured.dataset = data::open_dataset(datasets::resolve_dataset(options.data.data),
                                        open_options(options.data, stop), data::Purpose::measuring);
  print_understood(measured.dataset, options.data.verbose);
  if (options.split == "all" && !measured.dataset.has_split("all")) add_all(measured.dataset);
  measured.split = choose_split(measured.dataset, options.split).name;
  measured.provenance = predictor.provenance();
  measured.preprocess = predictor.preprocess();
  Measuring(options, predictor, measured).run(stop);
  return measured;
}

}  // namespace margay::app
