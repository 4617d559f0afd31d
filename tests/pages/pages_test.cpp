// The pages say what they are given, and nothing in them is taken for markup.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <initializer_list>
#include <set>
#include <string>

#include "margay/analysis/comparison.h"
#include "margay/analysis/story.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/pages/curves_figure.h"
#include "margay/pages/report_page.h"
#include "margay/pages/story_page.h"
#include "margay/text/story_text.h"
#include "tests/pages/made_story.h"
#include "tests/pages/page_checks.h"
#include "tests/support/temporary_folder.h"

namespace margay::pages {
namespace {

using test::check_self_contained;
using test::contains;
using test::HistoryShape;
using test::TemporaryFolder;

const std::vector<std::string> kPets{"cats", "dogs"};

std::string written_report(const TemporaryFolder& folder, const RunReport& report) {
  write_report(folder / "report.html", report, test::made_wording());
  return read_text_file(folder / "report.html");
}

std::string written_story(const TemporaryFolder& folder, const analysis::Story& story) {
  write_story(folder / "story.html", story, test::made_wording("article-regularized"));
  return read_text_file(folder / "story.html");
}

TEST_CASE("the report holds numbers and pictures and curves in one file") {
  const TemporaryFolder folder;
  const std::string page = written_report(folder, test::made_report(folder.path(), kPets));
  check_self_contained(page);
  for (const char* part :
       {"72.0 %", "95 %: 69.1 to 74.7 %", "Overfitting", "data:image/png;base64,", "<svg", "batch_size = 128",
        "An imaginary processor", "360", "the last epoch", "1 file could not be read and was left out",
        "margay train &#39;my pictures&#39; --recipe article", "16 × 150 × 150", "10,617,344", "21.2 M",
        "--recipe runs/article/config.toml", "280 pictures", "data-cell=\"0-1\""}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
}

TEST_CASE("the report says what to do next and what was decided") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), kPets);
  CHECK_FALSE(contains(written_report(folder, report), "What next"));
  report.decisions = test::made_decisions();
  report.next_steps = next_steps(report.diagnosis, test::made_context("article", false), false);
  const std::string page = written_report(folder, report);
  check_self_contained(page);
  for (const char* part :
       {"What next", "margay predict runs/article photo.jpg", "runs/article/manifest.csv --split validation",
        "--recipe transfer", "class weights", "&#39;&lt;dogs&gt;&#39; 200"}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
}

TEST_CASE("a head that was fitted at once is not told as a training of one epoch") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), kPets);
  report.history.resize(1);
  report.history[0].loss = 0.0004, report.history[0].val_loss = 0.31;
  report.fitted_at_once = true;
  const std::string page = written_report(folder, report);
  CHECK_FALSE(contains(page, "epoch by epoch"));
  CHECK_FALSE(contains(page, "in epoch 1"));
  CHECK(contains(page, "validation 0.310"));
  CHECK(contains(curves_data({{"a", report.history}}).dump(), "\"axis\":[0.0,0.4"));
}

TEST_CASE("names in the report stay text") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), {"<script>alert(1)</script>", "\"quoted\" & 'so'"});
  report.title = "</title><script>";
  report.config_toml = "</pre><script>";
  report.environment["<script>"] = "</td><script>";
  const std::string page = written_report(folder, report);
  check_self_contained(page);
  CHECK(contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK(contains(page, "&quot;quoted&quot; &amp; &#39;so&#39;"));
}

TEST_CASE("a report of little is still a report") {
  const TemporaryFolder folder;
  RunReport report;
  report.title = "nothing yet";
  check_self_contained(written_report(folder, report));
  report.history = test::without_validation(test::made_history({}));
  const std::string page = written_report(folder, report);
  CHECK(contains(page, "no validation pictures"));
  CHECK_FALSE(contains(page, "nan"));
}

TEST_CASE("an evaluation without a training is a page too") {
  const TemporaryFolder folder;
  const RunReport whole = test::made_report(folder.path(), kPets);
  RunReport report;
  report.title = "article on other pictures", report.evaluation = whole.evaluation,
  report.pictures = whole.pictures;
  report.evaluated_split = "test";
  std::string page = written_report(folder, report);
  check_self_contained(page);
  CHECK(contains(page, "<dt>Accuracy</dt><dd>72.0 %"));
  CHECK(contains(page, "Measured on 1,000 test pictures: loss 0.580."));
  CHECK_FALSE(contains(page, "Training"));
  report.evaluated_split = "all";
  CHECK(contains(written_report(folder, report), "Measured on 1,000 pictures: loss"));
}

TEST_CASE("a run that was stopped before it was measured has a report without mistakes") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), kPets);
  report.evaluation.reset(), report.pictures.reset();
  const std::string page = written_report(folder, report);
  check_self_contained(page);
  CHECK(contains(page, "data-curves"));
  CHECK_FALSE(contains(page, "Class by class"));
  CHECK_FALSE(contains(page, "Mistakes"));
}

TEST_CASE("many layers are folded") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), kPets);
  const graph::SummaryRow layer = report.network->rows[1];
  report.network->rows.insert(report.network->rows.end(), 50, layer);
  CHECK(contains(written_report(folder, report), "<summary>All 55 layers</summary>"));
}

TEST_CASE("files used in part are listed beside those left out and mixed pictures are called that") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), kPets);
  std::string page = written_report(folder, report);
  CHECK(contains(page, "as augmentation varies it"));
  CHECK_FALSE(contains(page, "Used with a note"));
  report.noted = {{"train/<b>/short.jpg", "the file ends early & half is gray"}};
  report.augmented_mixes = true;
  page = written_report(folder, report);
  CHECK(contains(page, "1 file is used although something is missing, was ignored or was guessed"));
  CHECK(contains(page, "train/&lt;b&gt;/short.jpg"));
  CHECK(contains(page, "half is gray"));
  CHECK(contains(page, "mixed with another one of its batch"));
  CHECK_FALSE(contains(page, "as augmentation varies it"));
}

TEST_CASE("a report refuses what is not an evaluation or a picture") {
  const TemporaryFolder folder;
  RunReport report = test::made_report(folder.path(), kPets);
  RunReport odd = report;
  odd.evaluation->confusion = {{1, 2}};
  CHECK_THROWS_AS(write_report(folder / "report.html", odd), FormatError);
  RunReport strange = report;
  strange.pictures->verdicts.front().said = 2;
  CHECK_THROWS_AS(write_report(folder / "report.html", strange), UsageError);
  RunReport torn = report;
  torn.samples_png = folder / "torn.png";
  write_file_atomically(torn.samples_png, "not a picture");
  CHECK_THROWS_AS(write_report(folder / "report.html", torn), FormatError);
  torn.samples_png = folder / "absent.png";
  CHECK_THROWS_AS(write_report(folder / "report.html", torn), IoError);
  CHECK_FALSE(std::filesystem::exists(folder / "report.html"));
}

TEST_CASE("the story of a network that memorises goes from gap to remedy") {
  const TemporaryFolder folder;
  const std::string page =
      written_story(folder, test::made_story(folder.path(), kPets, test::memorising_shape()));
  check_self_contained(page);
  for (const char* part :
       {"How a network learned to tell cats and dogs apart", "3,000 pictures of cats and dogs",
        "128 x 150 x 150 x 3 = 8,640,000", "16 batches", "10,641,441 parameters", "Binary cross-entropy",
        "above zero it means dogs, below cats", "data-condition=\"overfitting\"", "20 % of the values",
        "8 of these 10", "1 wrong answer", "margay recipe show article-regularized", "--recipe transfer"}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
}

/// A shape and what its story must find.
struct Telling {
  HistoryShape shape;
  analysis::Condition condition;
};

std::vector<Telling> tellings() {
  HistoryShape healthy, weak, stuck, slow, brief;
  healthy.epochs = 30, healthy.training = 0.84, healthy.validation = 0.83, healthy.epochs_to_learn = 2;
  weak.epochs = 30, weak.training = 0.64, weak.validation = 0.63, weak.epochs_to_learn = 2;
  stuck.training = stuck.validation = 0.5;
  slow.training = 0.9, slow.validation = 0.88, slow.epochs_to_learn = 20;
  brief.epochs = 2;
  return {{healthy, analysis::Condition::healthy},
          {weak, analysis::Condition::underfitting},
          {stuck, analysis::Condition::stuck_at_chance},
          {slow, analysis::Condition::still_improving},
          {brief, analysis::Condition::too_short}};
}

TEST_CASE("every condition has a story of its own, and another one than overfitting") {
  const TemporaryFolder folder;
  const analysis::Story memorising = test::made_story(folder.path(), kPets, test::memorising_shape());
  std::set<std::string> told{text::StoryText(memorising).curves()};
  for (const Telling& telling : tellings()) {
    const analysis::Story story = test::made_story(folder.path(), kPets, telling.shape);
    CAPTURE(name_of(telling.condition));
    REQUIRE(story.article.diagnosis.primary().condition == telling.condition);
    CHECK(told.insert(text::StoryText(story).curves()).second);
    CHECK(text::StoryText(story).augmentation() != text::StoryText(memorising).augmentation());
    const std::string page = written_story(folder, story);
    CHECK(contains(page, fmt::format("data-condition=\"{}\"", name_of(telling.condition)).c_str()));
  }
}

TEST_CASE("where the model has another number than the last epoch, each is called what it is") {
  const TemporaryFolder folder;
  analysis::Story story = test::made_story(folder.path(), kPets, test::memorising_shape());
  story.article.history.back().val_accuracy = story.regularized->history.back().val_accuracy = 0.698;
  for (analysis::StoryRun* run : {&story.article, &*story.regularized})
    run->model = "weights of the last epoch (15)", run->model_accuracy = 0.698;
  CHECK_FALSE(contains(text::StoryText(story).training(story.article), "measured"));
  for (analysis::StoryRun* run : {&story.article, &*story.regularized}) run->model_accuracy = 0.696;
  const std::string first = text::StoryText(story).outcome().front();
  for (const char* part : {"in the last epoch", "69.8 %", "the model, measured at the end, gets 69.6 %"})
    CHECK(contains(first, part));
  CHECK(contains(text::StoryText(story).training(story.article),
                 "weights of the last epoch (15), was measured once more"));
  CHECK(contains(text::StoryText(story).answers(), "Of all validation pictures it gets 69.6 % right"));
}

TEST_CASE("a difference within the noise is called that and a larger one is not") {
  const TemporaryFolder folder;
  analysis::Story story = test::made_story(folder.path(), kPets, test::memorising_shape());
  story.article.history.back().val_accuracy = 0.72;
  story.regularized->history.back().val_accuracy = 0.73;
  const auto noise = [&] {
    return analysis::noise_of_difference(analysis::outcome_of(story.article.history, 1000),
                                         analysis::outcome_of(story.regularized->history, 1000), 1000);
  };
  const auto has = [&](std::initializer_list<const char*> parts) {
    const std::string page = written_story(folder, story);
    for (const char* part : parts) {
      CAPTURE(part);
      CHECK(contains(page, part));
    }
  };
  CHECK(noise() == doctest::Approx(0.0391).epsilon(0.01));
  has({"rose by 1.0 point, from 72.0 % to 73.0 %", "within the noise", "±3.9 points"});
  story.regularized->history.back().val_accuracy = 0.82;
  CHECK(noise() == doctest::Approx(0.0366).epsilon(0.01));
  has({"rose by 10.0 points, from 72.0 % to 82.0 %", "±3.7 points"});
  CHECK_FALSE(contains(written_story(folder, story), "within the noise"));
  story.regularized->history.back().val_accuracy = 0.62;
  has({"fell by 10.0 points"});
  story.regularized->history.back().val_accuracy = 0.72;
  has({"is 72.0 % as before"});
}

TEST_CASE("more than two classes are told by softmax") {
  const TemporaryFolder folder;
  const std::vector<std::string> flowers{"daisy", "dandelion", "roses & <thorns>", "sunflowers", "tulips"};
  const std::string page =
      written_story(folder, test::made_story(folder.path(), flowers, test::memorising_shape()));
  check_self_contained(page);
  CHECK(contains(page, "5 kinds of pictures"));
  CHECK(contains(page, "softmax"));
  CHECK(contains(page, "roses &amp; &lt;thorns&gt;"));
  CHECK(contains(page, "gets 20 % of"));
  CHECK_FALSE(contains(page, "Binary"));
}

TEST_CASE("the story names the optimiser, the rate and the loss that were used") {
  const TemporaryFolder folder;
  analysis::Story story = test::made_story(folder.path(), kPets, test::memorising_shape());
  CHECK(contains(text::StoryText(story).learning(), "every batch Adam moves"));
  story.optimizer = "SGD with momentum 0.9", story.learning_rate = 0.05, story.constant_rate = false;
  story.accumulate = 4, story.loss_changes = "labels smoothed by 0.1";
  const std::string text = text::StoryText(story).learning();
  CAPTURE(text);
  for (const char* part : {"4 batches SGD with momentum 0.9", "at most 0.05", "labels smoothed by 0.1"})
    CHECK(contains(text, part));
  CHECK_FALSE(contains(text, "Adam"));
}

TEST_CASE("classes of unequal size raise the mark to beat") {
  const TemporaryFolder folder;
  analysis::Story story = test::made_story(folder.path(), kPets, test::memorising_shape());
  story.splits[1].counts = {100, 300};
  CHECK(contains(written_story(folder, story), "always answering dogs gets 75 % of"));
}

TEST_CASE("a story without validation or second training or answers is told without them") {
  const TemporaryFolder folder;
  analysis::Story story = test::made_story(folder.path(), kPets, test::memorising_shape());
  story.splits.resize(1);
  story.article.history = test::without_validation(story.article.history);
  story.article.diagnosis = analysis::diagnose(story.article.history, test::made_context("article", false));
  story.regularized->history = test::without_validation(story.regularized->history);
  std::string page = written_story(folder, story);
  CHECK(contains(page, "no validation pictures"));
  CHECK_FALSE(contains(page, "nan"));
  CHECK_FALSE(contains(page, "within the noise"));
  story.regularized.reset(), story.answers.clear(), story.samples_png.clear(), story.skipped.clear();
  story.article.history.clear();
  story.article.diagnosis = analysis::diagnose({}, test::made_context("article", false));
  page = written_story(folder, story);
  check_self_contained(page);
  CHECK(contains(page, "no epoch was finished"));
  CHECK_FALSE(contains(page, "Train again"));
}

TEST_CASE("a story whose parts do not fit is refused") {
  const TemporaryFolder folder;
  const analysis::Story story = test::made_story(folder.path(), kPets, test::memorising_shape());
  analysis::Story bad = story;
  bad.splits[0].counts.pop_back();
  CHECK_THROWS_AS(write_story(folder / "story.html", bad), UsageError);
  bad = story;
  bad.answers[0].answer = 2;
  CHECK_THROWS_AS(write_story(folder / "story.html", bad), UsageError);
  bad = story;
  bad.classes.clear();
  CHECK_THROWS_AS(write_story(folder / "story.html", bad), UsageError);
}

}  // namespace
}  // namespace margay::pages
