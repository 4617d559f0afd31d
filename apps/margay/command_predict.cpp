// margay predict: says what pictures show.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "apps/margay/answer_lines.h"
#include "apps/margay/asked_pictures.h"
#include "apps/margay/command.h"
#include "apps/margay/console.h"
#include "apps/margay/data_options.h"
#include "apps/margay/familiar_pictures.h"
#include "apps/margay/memory_limit.h"
#include "apps/margay/number_options.h"
#include "apps/margay/output.h"
#include "apps/margay/overwrite_option.h"
#include "apps/margay/picture_limit.h"
#include "apps/margay/predict_to_file.h"
#include "apps/margay/run_argument.h"
#include "apps/margay/tta_option.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/file_kind.h"
#include "margay/core/file_system.h"
#include "margay/core/json.h"
#include "margay/core/json_name.h"
#include "margay/core/sha256.h"
#include "margay/core/shell_word.h"
#include "margay/core/worker_pool.h"
#include "margay/data/fit_file.h"
#include "margay/data/picture_store.h"
#include "margay/graph/zoo/zoo.h"
#include "margay/image/decode.h"
#include "margay/model/model.h"
#include "margay/predict/file_predictions.h"
#include "margay/run/output_folder.h"
#include "margay/runtime/runtime.h"
#include "margay/weights/published.h"

namespace margay::app {
namespace {

namespace fs = std::filesystem;

struct PredictOptions {
  std::string run;
  std::string model;
  std::string weights;
  std::vector<std::string> pictures;
  int top = 3;
  bool json = false;
  std::string tta = "none";
  int batch = 32;
  int threads = 0;
  DataOptions tables;  ///< how they are read
  std::string output;
  bool overwrite = false;
  uint64_t max_memory = runtime::RuntimeOptions{}.max_bytes;
};

/// A model, and what tells its answers from those of others.
struct NamedPredictor {
  predict::Predictor predictor;
  std::string fingerprint;
};

Json to_json(const predict::FileAnswer& result, const fs::path& path, const std::vector<std::string>& classes,
             int top) {
  if (!result.answer) return with_path(path.string(), {{"error", result.error}});
  Json ranking = Json::array();
  for (const int index : result.answer->top(top))
    ranking.push_back({{"class", classes[index]}, {"probability", result.answer->probabilities[index]}});
  const int best = result.answer->best();
  Json document = with_path(
      path.string(),
      {{"class", classes[best]}, {"probability", result.answer->probabilities[best]}, {"top", ranking}});
  if (!result.note.empty()) document["note"] = result.note;
  return document;
}

/// A picture or the name of a published network where the run should be: says what is meant.
void refuse_misplaced_run(const PredictOptions& options) {
  std::error_code unreadable;
  if (options.pictures.empty() && known_file(options.run).kind == FileKind::picture)
    throw UsageError("predict", fmt::format("{} is a picture, and no model is named", options.run),
                     fmt::format("margay predict RUN {0}, or margay predict --model mobilenet_v2 {0}",
                                 shell_word(options.run)));
  if (fs::exists(options.run, unreadable) || options.pictures.empty()) return;
  const auto names = graph::zoo::network_names();
  if (std::ranges::find(names, options.run) == names.end()) return;
  throw UsageError(
      "predict", fmt::format("there is no run {}, but a published network of that name", options.run),
      fmt::format("did you mean {}?", quoted_command(fmt::format("margay predict --model {} {}", options.run,
                                                                 shell_words(options.pictures)))));
}

/// With --model every path is a picture's, without it the first is the run's.
void sort_out_paths(PredictOptions& options) {
  if (options.model.empty() && !options.run.empty()) refuse_misplaced_run(options);
  if (!options.output.empty()) refuse_file_of_run(options.output, "--output", "predict");
  if (options.model.empty())
    options.model = options.run;
  else if (!options.run.empty())
    options.pictures.insert(options.pictures.begin(), options.run);
  require(!options.overwrite || !options.output.empty(), "predict", "--overwrite belongs to --output",
          "name the file: --output predictions.csv");
  require(!options.model.empty() && !options.pictures.empty(), "predict",
          options.model.empty() ? "no model and no picture is named" : "no picture is named",
          "margay predict RUN PICTURE..., or margay predict --model mobilenet_v2 PICTURE...");
}

/// RUN and the pictures in another order: says which.
void refuse_swapped_paths(const PredictOptions& options) {
  if (model::is_model(options.model)) return;
  const auto swapped =
      std::ranges::find_if(options.pictures, [](const std::string& path) { return model::is_model(path); });
  if (swapped == options.pictures.end()) return;
  const KnownFile known = known_file(options.model);
  std::string meant = "margay predict " + shell_word(*swapped) + ' ' + shell_word(options.model);
  for (const std::string& path : options.pictures)
    if (path != *swapped) meant += ' ' + shell_word(path);
  throw UsageError("predict",
                   fmt::format("{} is {}, not a model", options.model,
                               known.name.empty() ? "there in the place of RUN" : known.name),
                   fmt::format("did you mean {}?", quoted_command(meant)));
}

/// "b03531047f2c", the first digits of the SHA-256 of the file that the weights come from; "...+flip" with
/// test-time augmentation.
std::string fingerprint_of(const fs::path& file, const PredictOptions& options) {
  if (options.output.empty()) return {};  // nobody asks
  constexpr size_t kDigits = 12;
  const std::string digits = sha256_hex_of_file(file).substr(0, kDigits);
  return options.tta == "none" ? digits : digits + "+" + options.tta;
}

NamedPredictor load_predictor(const PredictOptions& options, const std::stop_token& stop) {
  const runtime::RuntimeOptions runtime{.threads = options.threads, .max_bytes = options.max_memory};
  std::error_code unreadable;
  const bool is_path = fs::path(options.model).has_parent_path();  // names of networks have none
  if (options.model == options.run || is_path || fs::exists(options.model, unreadable)) {
    require(options.weights.empty(), "predict", fmt::format("{} has weights of its own", options.model),
            "--weights is for published networks: margay predict --model mobilenet_v2 --weights FILE");
    return {runtime::load_predictor(options.model, runtime),
            fingerprint_of(model::find_model_file(options.model), options)};
  }
  const graph::zoo::ZooNetwork& network = graph::zoo::find_network(options.model);
  const std::string weights = options.weights.empty() ? std::string(weights::kImageNet) : options.weights;
  const fs::path file = weights::resolve_weights(network.name, weights, console_progress(), stop);
  return {runtime::make_predictor(weights::imagenet_model(network, file), runtime),
          fingerprint_of(file, options)};
}

/// Bytes of the pictures, each of which is looked at by the way.
std::function<std::vector<uint8_t>(size_t)> reader_of(const data::PictureStore& pictures,
                                                      FamiliarPictures& familiar) {
  return [&](size_t i) {
    try {
      std::vector<uint8_t> bytes = pictures.read(i, image::DecodeOptions{}.max_file_bytes);
      familiar.look_at(i, bytes);
      return bytes;
    } catch (const Error& error) {
      throw IoError("predict", data::skip_reason(error, pictures.path(i)));
    }
  };
}

/// Answers on standard output. Returns whether every picture has one.
bool print_answers(const PredictOptions& options, predict::Predictor& predictor,
                   const data::PictureStore& pictures, FamiliarPictures& familiar,
                   std::vector<data::NotedFile>& noted, const std::stop_token& stop) {
  const std::vector<std::string>& classes = predictor.class_names();
  const AnswerLines lines(classes, pictures, options.top);
  Json answers = Json::array();
  size_t broken = 0;
  const auto receive = [&](predict::FileAnswer result) {
    if (result.augmented) result.answer = result.augmented;
    if (!result.answer) ++broken;
    if (!result.note.empty()) noted.push_back({pictures.path(result.index), result.note});
    if (options.json) {
      answers.push_back(to_json(result, pictures.path(result.index), classes, options.top));
      if (result.answer) answers.back()["learned"] = familiar.to_json(result.index);
    }
    if (!options.json || !result.answer) lines.print(result);
  };
  WorkerPool pool(options.threads > 0 ? options.threads : usable_cpus());
  predict::predict_pictures(
      predictor, {pictures.size(), reader_of(pictures, familiar)}, pool,
      {.size = options.batch, .augmentation = predict::test_time_augmentation_from_name(options.tta)},
      receive, console_progress(), stop);
  if (options.json) {
    const Json document{
        {"model", options.model}, {"tta", options.tta}, {"classes", classes}, {"pictures", answers}};
    print_out("{}\n", format_json(document, 2));
  }
  return broken == 0;
}

int predict_pictures(PredictOptions& options) {
  const std::stop_token stop = stop_on_signals();
  sort_out_paths(options);
  if (options.model == options.run) refuse_swapped_paths(options);
  refuse_other_than_run(options.model, "predict", [&](const std::string& run) {
    return fmt::format("margay predict {} {}", run, shell_words(options.pictures));
  });
  const predict::TestTimeAugmentation augmentation = predict::test_time_augmentation_from_name(options.tta);
  NamedPredictor model = load_predictor(options, stop);
  const data::PictureStore pictures = list_pictures(options.pictures, options.tables, stop);
  FamiliarPictures familiar(options.model, pictures.size());
  std::vector<data::NotedFile> noted;
  const bool all = options.output.empty()
                       ? print_answers(options, model.predictor, pictures, familiar, noted, stop)
                       : predict_to_file(model.predictor, pictures, reader_of(pictures, familiar),
                                         {.path = options.output,
                                          .model = model.fingerprint,
                                          .batch = {.size = options.batch, .augmentation = augmentation},
                                          .threads = options.threads,
                                          .overwrite = options.overwrite,
                                          .json = options.json},
                                         noted, stop);
  flush_out();  // so that both streams on one terminal keep the order
  print_err("{}", format_noted(noted, options.tables.verbose));
  familiar.warn();
  return all ? 0 : FormatError("predict", "broken").exit_code();
}

}  // namespace

void add_predict(CLI::App& command, Outcome& outcome) {
  auto options = std::make_shared<PredictOptions>();
  command.add_option("RUN", options->run, "run directory or model file; none with --model");
  command.add_option(
      "PICTURE", options->pictures,
      "pictures, folders or archives (zip, tar) of pictures, tables of their paths (.csv, .tsv, "
      ".txt, .jsonl), the name of a data set, or - for a list of paths on standard input, with ends of lines "
      "or zero bytes (find -print0) between them");
  command.add_option(
      "--model", options->model,
      "instead of RUN: a published network such as mobilenet_v2, which knows the 1,000 classes "
      "of ImageNet, or a run directory or model file");
  command.add_option("--weights", options->weights,
                     "of a published network: imagenet (default), which gets the published file once, from "
                     "MARGAY_MIRROR or its address, or a .pth or .safetensors file");
  command.add_option("--output", options->output,
                     "a .csv or .jsonl file for the answers, with a column for every class, and a row with "
                     "the reason for every broken picture. A name that is not UTF-8 has its bytes in "
                     "path_bytes (.jsonl) or stands as $'caf\\xe9.jpg' (.csv). Rows are written as answers "
                     "come; pictures that have an answer already "
                     "are not asked about again, unless their files have changed");
  command.add_flag("--overwrite", options->overwrite, "begin that file anew");
  command.add_option("--top", options->top, "how many classes to name for each picture")
      ->check(whole_number("--top", 1, 1'000'000))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print one JSON document instead of lines");
  command.add_flag("--verbose", options->tables.verbose,
                   "name the files of folders that are left out, with the reason");
  add_table_options(command, options->tables);
  add_link_option(command, options->tables);
  add_tta_option(command, options->tta);
  add_picture_limit(command);
  add_memory_limit(command, options->max_memory);
  command.add_option("--batch", options->batch, "pictures that go through the network together")
      ->check(whole_number("--batch", 1, 4096))
      ->capture_default_str();
  command
      .add_option("--threads", options->threads, "threads that decode and compute; 0 takes all processors")
      ->check(whole_number("--threads", 0, 1024))
      ->capture_default_str();
  command.footer(
      "Examples:\n  margay predict runs/article cat.jpg\n  margay predict runs/article holiday/ --top 1\n"
      "  margay predict runs/article cat.jpg --tta flip\n"
      "  find . -name '*.jpg' | margay predict runs/article - --json\n"
      "  margay predict runs/article holiday/ --output holiday.csv\n"
      "  margay predict runs/article test.csv --root test.zip --suffix .jpg --output answers.csv\n"
      "  margay predict --model mobilenet_v2 photo.jpg\n"
      "  margay predict --model mobilenet_v2 --weights mobilenet_v2.pth photo.jpg\n"
      "A picture that is broken is reported on standard error and the others are answered; the exit status "
      "is then 4.");
  command.callback([options, &command, &outcome] {
    require(options->output.empty() || command.get_option("--top")->count() == 0, "predict",
            "--top says how many classes are printed, and --output has a column for every class",
            "leave one of them out");
    outcome.exit_code = predict_pictures(*options);
  });
}

}  // namespace margay::app
