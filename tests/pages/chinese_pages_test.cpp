// Pages in Chinese: no sentence is left in English, and nothing that is said is lost.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/utf8.h"
#include "margay/pages/report_page.h"
#include "margay/pages/story_page.h"
#include "margay/text/familiarity_text.h"
#include "margay/text/run_text.h"
#include "tests/pages/made_inspection.h"
#include "tests/pages/made_story.h"
#include "tests/pages/page_checks.h"
#include "tests/support/temporary_folder.h"

namespace margay::pages {
namespace {

using test::contains;
using test::TemporaryFolder;
using text::Language;

const std::vector<std::string> kPets{"cats", "dogs"};

/// Without what stands between two marks, and without these.
void cut(std::string& page, std::string_view begin, std::string_view end) {
  std::string kept;
  size_t at = 0;
  for (size_t open; (open = page.find(begin, at)) != std::string::npos;) {
    kept.append(page, at, open - at);
    const size_t close = page.find(end, open + begin.size());
    at = close == std::string::npos ? page.size() : close + end.size();
  }
  page = kept.append(page, at);
}

/// What the user or the data call something, and what programs are told: all of it stays as it is.
std::string without_names(std::string page) {
  using Marks = std::pair<const char*, const char*>;
  for (const auto& [begin, end] :
       {Marks{"<style>", "</style>"}, Marks{"<script>", "</script>"}, Marks{"<pre", "</pre>"},
        Marks{"<li><code>", "</li>"}, Marks{"data:image/", "\""}, Marks{"<bdi>", "</bdi>"},
        Marks{"<li lang=\"en\">", "</li>"}, Marks{"<span lang=\"en\">", "</span>"},
        Marks{"<desc>", "</desc>"}, Marks{"<meta", ">"}, Marks{"<tbody>\n<tr><td>input", "</tbody>"},
        Marks{"<tr><td>processor", "</tr>"}})
    cut(page, begin, end);
  for (const char* name :
       {"my pictures", "article-regularized", "article", "cats", "dogs", "margay", "dropout", "epoch"})
    for (size_t at = 0; (at = page.find(name, at)) != std::string::npos;)
      page.erase(at, std::string(name).size());
  return page;
}

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

/// Whether three words of two letters and more follow each other, with nothing but blanks and commas between.
bool has_english(std::string_view text) {
  size_t words = 0, letters = 0;
  for (const char letter : text) {
    if (is_letter(letter)) {
      if (++letters == 2) ++words;
    } else {
      if (letters == 1 || (letter != ' ' && letter != ',')) words = 0;
      letters = 0;
    }
    if (words == 3) return true;
  }
  return false;
}

/// Of what is read between marks, and of what is heard or shown by a mouse.
std::vector<std::string> english_in(const std::string& page) {
  std::vector<std::string> found;
  const auto look = [&](std::string_view begin, std::string_view end) {
    for (size_t at = 0; (at = page.find(begin, at)) != std::string::npos;) {
      at += begin.size();
      const std::string text = page.substr(at, page.find(end, at) - at);
      if (has_english(text)) found.push_back(text);
    }
  };
  look(">", "<");
  for (const char* attribute : {" alt=\"", " title=\"", " aria-label=\"", " data-curves=\""})
    look(attribute, "\"");
  return found;
}

std::string written(const TemporaryFolder& folder, const RunReport& report, Language language) {
  write_report(folder / "report.html", report, test::made_wording("article", language));
  return read_text_file(folder / "report.html");
}

std::string written(const TemporaryFolder& folder, const analysis::Story& story, Language language) {
  write_story(folder / "story.html", story, test::made_wording("article-regularized", language));
  return read_text_file(folder / "story.html");
}

void check_chinese(const std::string& page) {
  test::check_self_contained(page);
  CHECK(contains(page, "<html lang=\"zh-CN\">"));
  for (const std::string& sentence : english_in(without_names(page))) FAIL_CHECK(sentence);
}

RunReport full_report(const TemporaryFolder& folder, Language language) {
  RunReport report = test::made_report(folder.path(), kPets);
  report.title = text::run_title("article", "my pictures", language);
  report.evaluated_model = text::kept_text(text::Kept::last_epoch, 15, language);
  report.next_steps = analysis::next_steps(report.diagnosis, test::made_context("article", false), true);
  report.noted = {{"train/short.jpg", "half is gray"}};
  report.decisions = {{.setting = "class weights",
                       .value = "on",
                       .code = analysis::DecisionCode::class_weights,
                       .fields = {"cats", "1800", "dogs", "200"}},
                      {.setting = "threads", .value = "2", .code = analysis::DecisionCode::all_threads}};
  report.repeat_note =
      text::repeat_text(text::RepeatDiffers::resumed, test::made_wording("article", language));
  report.evaluation_notes = {text::choices_text({.kept_epoch = true, .end = true}, language)};
  return report;
}

analysis::Story full_story(const TemporaryFolder& folder, const test::HistoryShape& shape,
                           Language language) {
  analysis::Story story = test::made_story(folder.path(), kPets, shape);
  story.loss_changes = text::loss_changes_text(0.1, 2, language);
  for (analysis::StoryRun* run : {&story.article, &*story.regularized}) {
    run->decisions = {{.setting = "device", .value = "cpu", .code = analysis::DecisionCode::no_cuda}};
    run->model = text::kept_text(text::Kept::best_epoch, 7, language);
    run->model_accuracy = 0.5;
  }
  return story;
}

TEST_CASE("the check for English finds it") {
  const TemporaryFolder folder;
  const std::string page = written(folder, full_report(folder, Language::english), Language::english);
  CHECK(english_in(without_names(page)).size() > 20);
}

TEST_CASE("a report in Chinese has no English sentence left") {
  const TemporaryFolder folder;
  const std::string page = written(folder, full_report(folder, Language::chinese), Language::chinese);
  check_chinese(page);
  for (const char* part : {"过拟合", "验证准确率", "召回率", "数据增强", "随机失活", "类别权重", "--epochs"})
    CHECK(contains(page, part));
  // What programs look for is the same in every language, and so are the commands.
  CHECK(contains(page, "data-condition=\"overfitting\""));
  CHECK(contains(page, "margay train &#39;my pictures&#39; --recipe article-regularized"));
}

TEST_CASE("a report of a head and one without validation are whole in Chinese, too") {
  const TemporaryFolder folder;
  RunReport report = full_report(folder, Language::chinese);
  report.fitted_at_once = true;
  report.augmented_mixes = true;
  check_chinese(written(folder, report, Language::chinese));
  report.evaluation.reset();
  report.pictures.reset();
  report.history = test::without_validation(report.history);
  report.diagnosis = analysis::diagnose(report.history, test::made_context("article", false));
  check_chinese(written(folder, report, Language::chinese));
}

TEST_CASE("a report of many classes is whole in Chinese, too") {
  const TemporaryFolder folder;
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i) many.push_back("c" + std::to_string(i));
  RunReport report = full_report(folder, Language::chinese);
  report.classes = many;
  report.splits.clear();
  report.evaluation = test::made_evaluation(many, 50, 32);
  report.pictures = test::made_evaluated(*report.evaluation);
  check_chinese(written(folder, report, Language::chinese));
}

TEST_CASE("the story of every condition has no English sentence left") {
  const TemporaryFolder folder;
  test::HistoryShape healthy, weak, stuck, slow, brief;
  healthy.epochs = 30, healthy.training = 0.84, healthy.validation = 0.83, healthy.epochs_to_learn = 2;
  weak.epochs = 30, weak.training = 0.64, weak.validation = 0.63, weak.epochs_to_learn = 2;
  stuck.training = stuck.validation = 0.5;
  slow.training = 0.9, slow.validation = 0.88, slow.epochs_to_learn = 20;
  brief.epochs = 2;
  for (const test::HistoryShape& shape : {test::memorising_shape(), healthy, weak, stuck, slow, brief}) {
    const std::string page = written(folder, full_story(folder, shape, Language::chinese), Language::chinese);
    check_chinese(page);
    CHECK(contains(page, "一个网络如何学会分辨 cats 和 dogs"));
  }
}

TEST_CASE("the page of an evaluation has no English sentence left") {
  const TemporaryFolder folder;
  const auto page_in = [&](Language language) {
    RunReport report;
    report.title = text::evaluation_title("article", "my pictures", language);
    report.command = "margay evaluate article 'my pictures' --split test --html page.html";
    report.evaluation = test::made_evaluation(kPets, 50, 12);
    report.evaluated_split = "test";
    report.evaluated_model = text::kept_text(text::kept_of("ema"), 15, language);
    const analysis::Familiarity familiarity{
        .known = true,
        .unknown_weights = "w",
        .set_aside = true,
        .measured = 100,
        .learned = 7,
        .learned_accuracy = 1,
        .chose_model = 8,
        .choices = {"the epoch that is kept", "the settings, in a sweep"}};
    report.evaluation_notes = text::familiarity_text(familiarity, "article", language);
    report.evaluation_notes.push_back(text::absent_classes_text(kPets, kPets, language));
    report.pictures = test::made_evaluated(*report.evaluation);
    report.skipped = {{"test/broken.jpg", "it is no picture"}};
    report.environment = {{"processor", "made up"}};
    return written(folder, report, language);
  };
  CHECK(english_in(without_names(page_in(Language::english))).size() > 8);
  const std::string page = page_in(Language::chinese);
  check_chinese(page);
  for (const char* part : {"在 my pictures 上的表现", "属于 测试集", "张测试图片上测得", "未计入：7 张图片",
                           "保留哪一轮 和 搜索得到的设置", "到第 15 轮为止各步权重的平均值"}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
}

/// With copies of every kind, a warning, and classes of unequal size.
std::string inspected(const TemporaryFolder& folder, Language language) {
  test::write_made_dataset(folder / "data", kPets);
  const auto copy = [&](const char* from, const char* to) {
    std::filesystem::copy_file(folder / "data" / from, folder / "data" / to,
                               std::filesystem::copy_options::overwrite_existing);
  };
  copy("train/cats/0.jpg", "train/dogs/mislabelled.jpg");
  copy("train/cats/1.jpg", "validation/cats/leaked.jpg");
  for (const char* name : {"train/cats/a.jpg", "train/cats/b.jpg", "train/cats/c.jpg", "train/cats/d.jpg"})
    copy("train/cats/2.jpg", name);
  test::write_inspection_of(folder / "data", folder / "page.html", test::made_wording("article", language));
  return read_text_file(folder / "page.html");
}

TEST_CASE("an inspection in Chinese has no English sentence left") {
  const TemporaryFolder folder;
  CHECK(english_in(without_names(inspected(folder, Language::english))).size() > 10);
  const std::string page = inspected(folder, Language::chinese);
  check_chinese(page);
  for (const char* part :
       {"my pictures 里有什么", "每个划分一个文件夹，里面每个类别一个文件夹。", "最大的类别 cats",
        "margay train", "--balance", "最暗的图片", "标为多个类别：1 张图片", "dogs，训练集<br>",
        "1 张图片带有 EXIF 方向信息", "不是图片（.txt）", "1 个文件无法读取，没有使用",
        "margay inspect &#39;my pictures&#39;"}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
}

TEST_CASE("inspections of many classes, of equal ones and of nothing usable are whole in Chinese, too") {
  const TemporaryFolder folder;
  const auto check = [&](const char* data) {
    test::write_inspection_of(folder / data, folder / "page.html",
                              test::made_wording("article", Language::chinese));
    check_chinese(read_text_file(folder / "page.html"));
  };
  for (int label = 0; label < 210; ++label) {
    make_folder(folder / "many" / ("c" + std::to_string(label)));
    test::write_picture(folder / "many" / ("c" + std::to_string(label)) / "1.png", 20, 20, label);
  }
  check("many");
  for (const char* name : {"a", "b"}) {
    make_folder(folder / "broken" / name);
    write_file_atomically(folder / "broken" / name / "1.jpg", "");
  }
  check("broken");
}

}  // namespace
}  // namespace margay::pages
