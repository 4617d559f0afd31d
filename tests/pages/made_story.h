// A whole report and a whole story with made-up numbers and drawn pictures.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/margay/advised_commands.h"
#include "margay/analysis/story.h"
#include "margay/core/atomic_file.h"
#include "margay/graph/summary.h"
#include "margay/image/encode.h"
#include "margay/pages/report_page.h"
#include "margay/pages/story_page.h"
#include "margay/predict/evaluation.h"
#include "tests/analysis/made_history.h"

namespace margay::test {

/// A disc on a gradient; the hue tells pictures apart.
inline image::Image made_picture(int width, int height, int hue) {
  image::Image picture(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double dx = (x % height) - height / 2.0, dy = y - height / 2.0;
      const bool disc = dx * dx + dy * dy < 0.1 * height * height;
      uint8_t* pixel = &picture.pixels[(static_cast<size_t>(y) * width + x) * 3];
      pixel[0] = static_cast<uint8_t>(disc ? 230 : 60 + 120 * y / height);
      pixel[1] = static_cast<uint8_t>((hue * 37 + (disc ? 90 : 40 * (x / height))) % 200 + 30);
      pixel[2] = static_cast<uint8_t>((hue * 71 + x / 3) % 200 + 30);
    }
  return picture;
}

inline std::filesystem::path write_picture(const std::filesystem::path& path, int width, int height,
                                           int hue) {
  write_file_atomically(path, image::encode_png(made_picture(width, height, hue)));
  return path;
}

inline graph::Summary made_network() {
  return {.rows = {{"input", "input", {3, 150, 150}, 0, 0},
                   {"features.0", "conv2d", {16, 150, 150}, 448, 19440000},
                   {"features.1", "max_pool2d", {16, 75, 75}, 0, 360000},
                   {"classifier.1", "linear", {512}, 10617344, 21233664},
                   {"classifier.4", "linear", {1}, 513, 1024}},
          .trained_parameters = 10618305,
          .size_bytes = 42473220,
          .flops = 41035200};
}

inline Json made_environment() {
  return {{"margay", "0.1.0"},
          {"processor", "An imaginary processor with a rather long name, 2.70 GHz"},
          {"usable_cpus", 2},
          {"bf16", true},
          {"command", {"margay", "train", "my pictures", "--recipe", "article"}}};
}

/// The commands of the program about the run "article" of "my pictures".
inline app::CommandWords made_wording(const std::string& recipe = "article",
                                      text::Language language = text::Language::english) {
  return {{.run_path = "runs/" + recipe, .data_name = "my pictures"}, language};
}

inline analysis::DiagnosisContext made_context(const std::string& recipe, bool regularized, int classes = 2) {
  analysis::DiagnosisContext context;
  context.classes = classes, context.train_count = 2000, context.validation_count = 1000,
  context.regularized = regularized;
  context.recipe = recipe;
  return context;
}

inline HistoryShape memorising_shape() {
  HistoryShape shape;
  shape.training = 0.97, shape.validation = 0.72, shape.epochs_to_learn = 5, shape.val_loss_rise = 0.035,
  shape.accuracy_noise = 0.012;
  return shape;
}

inline HistoryShape regularized_shape() {
  HistoryShape shape;
  shape.training = 0.80, shape.validation = 0.82, shape.epochs_to_learn = 9, shape.accuracy_noise = 0.012,
  shape.seed = 3;
  return shape;
}

/// A measured classifier: the diagonal gets `right` of the `per_class` pictures, each other class as many as
/// the others, and the next one what is left.
inline predict::Evaluation made_evaluation(const std::vector<std::string>& classes, int64_t per_class,
                                           int64_t right) {
  const auto others = static_cast<int64_t>(classes.size()) - 1;
  predict::Evaluation evaluation;
  evaluation.count = per_class * (others + 1);
  evaluation.accuracy = 0.72, evaluation.accuracy_interval = {0.6914, 0.747}, evaluation.loss = 0.58;
  for (size_t i = 0; i < classes.size(); ++i) {
    evaluation.classes.push_back(
        {.name = classes[i], .support = per_class, .precision = 0.7, .recall = 0.72, .f1 = 0.71});
    std::vector<int64_t> row(classes.size(), (per_class - right) / std::max<int64_t>(1, others));
    row[(i + 1) % classes.size()] += (per_class - right) % std::max<int64_t>(1, others);
    row[i] = right;
    evaluation.confusion.push_back(row);
  }
  return evaluation;
}

/// Pictures that agree with the evaluation's confusion matrix, with awkward paths.
inline pages::EvaluatedPictures made_evaluated(const predict::Evaluation& evaluation) {
  pages::EvaluatedPictures evaluated;
  const auto& confusion = evaluation.confusion;
  for (size_t truth = 0; truth < confusion.size(); ++truth)
    for (size_t said = 0; said < confusion.size(); ++said)
      for (int64_t i = 0; i < confusion[truth][said]; ++i) {
        const size_t picture = evaluated.verdicts.size();
        evaluated.verdicts.push_back({picture, static_cast<int>(truth), static_cast<int>(said),
                                      0.5 + 0.499 * (static_cast<double>(picture * 37 % 100) + 1) / 100});
      }
  std::ranges::stable_sort(evaluated.verdicts, std::greater(), &analysis::Verdict::probability);
  evaluated.path = [](size_t i) {
    return std::filesystem::path("validation/<b>\"roses\" & 猫") / (std::to_string(i) + ".jpg");
  };
  evaluated.picture = [](size_t i) { return made_picture(150, 120, static_cast<int>(i)); };
  return evaluated;
}

inline pages::RunReport made_report(const std::filesystem::path& folder,
                                    const std::vector<std::string>& classes) {
  pages::RunReport report;
  report.title = "article on my pictures";
  report.command = "margay train 'my pictures' --recipe article";
  report.history = made_history(memorising_shape());
  report.diagnosis = analysis::diagnose(report.history, made_context("article", false));
  report.classes = classes;
  report.splits = {{"train", std::vector<int64_t>(classes.size(), 1000)},
                   {"validation", std::vector<int64_t>(classes.size(), 500)}};
  report.network = made_network();
  report.repeat_command = "margay train runs/article/manifest.csv --recipe runs/article/config.toml";
  report.evaluate_command = "margay evaluate runs/article runs/article/manifest.csv";
  report.decided = {{"seed", 1}, {"threads", 2}, {"precision", "bf16"}};
  report.config_toml = "[training]\nepochs = 15\nbatch_size = 128\n";
  report.environment = made_environment();
  report.evaluation = made_evaluation(classes, 500, 360);
  report.evaluated_model = "weights of the last epoch (15)";
  report.pictures = made_evaluated(*report.evaluation);
  report.skipped = {{"train/cats/<broken> & \"torn\".jpg", "the file ends in the middle of the picture"}};
  report.samples_png = write_picture(folder / "samples.png", 820, 190, 1);
  report.augmented_png = write_picture(folder / "augmented.png", 970, 190, 4);
  return report;
}

inline std::vector<analysis::Decision> made_decisions() {
  return {{"class weights", "on", "'cats' has 1,800 pictures to train on and '<dogs>' 200"},
          {"threads", "2", "as many as this process may use"}};
}

inline analysis::StoryRun made_run(const std::string& recipe, const HistoryShape& shape, int classes) {
  analysis::StoryRun run{
      recipe, "margay train 'my pictures' --recipe " + recipe, made_history(shape), {}, made_decisions()};
  run.diagnosis = analysis::diagnose(run.history, made_context(recipe, recipe != "article", classes));
  return run;
}

inline std::vector<analysis::StoryAnswer> made_answers(int classes) {
  std::vector<analysis::StoryAnswer> answers;
  for (int i = 0; i < 10; ++i) {
    analysis::StoryAnswer answer{made_picture(150, 150, i), "picture " + std::to_string(i), i % classes,
                                 i % classes, 0.62 + 0.03 * i};
    if (i == 3 || i == 8) answer.answer = (i + 1) % classes, answer.probability = i == 8 ? 0.97 : 0.58;
    answers.push_back(std::move(answer));
  }
  return answers;
}

inline analysis::Story made_story(const std::filesystem::path& folder,
                                  const std::vector<std::string>& classes, const HistoryShape& first) {
  const auto count = static_cast<int>(classes.size());
  analysis::Story story;
  story.data_name = "my pictures";
  story.classes = classes;
  story.splits = {{"train", std::vector<int64_t>(classes.size(), 2000 / count)},
                  {"validation", std::vector<int64_t>(classes.size(), 1000 / count)}};
  story.ignored_files = 3;
  story.skipped = {{"train/<b>/torn.jpg", "the file ends in the middle of the picture"}};
  story.samples_png = write_picture(folder / "samples.png", 820, 190, 1);
  story.augmented_png = write_picture(folder / "augmented.png", 970, 190, 4);
  story.network = made_network();
  story.parameters = 10641441;
  story.article = made_run("article", first, count);
  story.augmentation = "flip,rotate=45,zoom=0.5,shift=0.15";
  story.dropout = 0.2;
  story.regularized = made_run("article-regularized", regularized_shape(), count);
  story.answered_by = "article-regularized";
  story.answers = made_answers(count);
  story.inspect_command = "margay inspect 'my pictures'";
  story.show_command = "margay show 'my pictures' --count 5";
  story.augment_command = "margay show 'my pictures' --augment all";
  story.transfer_command = "margay train pets --recipe transfer";
  story.summary_command = "margay summary --recipe article";
  story.predict_command = "margay predict runs/article-regularized 'my pictures/validation'";
  story.story_command = "margay story 'my pictures'";
  story.environment = made_environment();
  story.seconds = 412;
  return story;
}

}  // namespace margay::test
