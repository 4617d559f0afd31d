// Which pictures a page shows of an evaluation, and how many bytes they may take.
#include "margay/pages/evaluated_pictures.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/core/worker_pool.h"
#include "margay/pages/confusion.h"
#include "tests/pages/made_inspection.h"
#include "tests/pages/made_story.h"
#include "tests/pages/page_checks.h"
#include "tests/support/temporary_folder.h"

namespace margay::pages {
namespace {

using test::contains;

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("verdicts take the highest probability and the surest come first") {
  const std::vector<std::vector<double>> probabilities{{0.6, 0.4}, {0.1, 0.9}, {0.5, 0.5}};
  const std::vector<analysis::Verdict> verdicts = analysis::verdicts_of(std::vector{1, 1, 0}, probabilities);
  REQUIRE(verdicts.size() == 3);
  CHECK(verdicts[0].picture == 1);
  CHECK(verdicts[0].right());
  CHECK(verdicts[1].picture == 0);
  CHECK(verdicts[1].said == 0);
  CHECK_FALSE(verdicts[1].right());
  CHECK(verdicts[2].said == 0);  // the first of equals
  CHECK(verdicts[2].probability == 0.5);
  CHECK_THROWS_AS(analysis::verdicts_of(std::vector{1, 1}, probabilities), UsageError);
  CHECK_THROWS_AS(analysis::verdicts_of(std::vector{1, 2, 0}, probabilities), UsageError);
  CHECK_THROWS_AS(analysis::verdicts_of(std::vector{1, -1, 0}, probabilities), UsageError);
}

TEST_CASE("pictures come from the cache or from the files and are told as seen from the data") {
  const test::TemporaryFolder folder;
  test::write_made_dataset(folder / "pets", {"cats", "dogs"});
  const data::Dataset dataset = data::Dataset::open(folder / "pets");
  const data::Split& split = dataset.split("validation");
  image::Preprocess spec;
  spec.width = 40, spec.height = 30;
  WorkerPool pool(1);
  const data::DecodedCache cache = data::DecodedCache::build(split, spec, pool);
  const std::vector<std::vector<double>> probabilities(cache.size(), std::vector{0.7, 0.3});
  const EvaluatedPictures cached = evaluated_pictures(cache, probabilities, folder / "pets");
  CHECK(cached.path(0) == "validation/cats/0.jpg");
  CHECK(evaluated_pictures(cache, probabilities, folder / "elsewhere").path(0) == cache.path(0));

  const std::vector<size_t> last{cache.size() - 1};
  const std::vector<int> label{1};
  const EvaluatedPictures read =
      evaluated_pictures(split, last, spec, label, std::span(probabilities).first(1), folder / "pets");
  REQUIRE(read.verdicts.size() == 1);
  CHECK(read.verdicts[0].picture == last[0]);
  REQUIRE(read.picture(last[0]));
  CHECK(*read.picture(last[0]) == *cached.picture(last[0]));
  std::filesystem::remove_all(folder / "pets/validation");
  CHECK_FALSE(read.picture(last[0]));
  CHECK(cached.picture(last[0]));
}

TEST_CASE("the wall shows the surest mistakes and what the network was least sure of") {
  EvaluatedPictures evaluated;
  evaluated.path = [](size_t i) { return std::filesystem::path("a folder/" + std::to_string(i) + ".jpg"); };
  evaluated.picture = [](size_t i) { return test::made_picture(30, 20, static_cast<int>(i)); };
  const std::vector<std::string> classes{"cats", "<dogs>"};
  CHECK(mistakes_block(evaluated, classes).html.empty());
  for (size_t i = 0; i < 100; ++i)
    evaluated.verdicts.push_back({i, 0, i % 2 == 0 ? 1 : 0, 0.999 - 0.004 * static_cast<double>(i)});
  const std::string block = mistakes_block(evaluated, classes).html;
  CHECK(contains(block, "50 pictures were classified wrongly"));
  CHECK(contains(block, "a folder/46.jpg"));        // the 24th mistake
  CHECK_FALSE(contains(block, "a folder/48.jpg"));  // the 25th
  CHECK_FALSE(contains(block, "a folder/45.jpg"));  // right, and not unsure
  CHECK(contains(block, "a folder/99.jpg"));
  CHECK(contains(block, "a folder/88.jpg"));
  CHECK_FALSE(contains(block, "a folder/87.jpg"));
  CHECK(contains(block, "&lt;dogs&gt;</span>, 99.9 %"));
  CHECK_FALSE(contains(block, "<dogs>"));
  std::erase_if(evaluated.verdicts, [](const analysis::Verdict& verdict) { return !verdict.right(); });
  CHECK(contains(mistakes_block(evaluated, classes).html, "Every picture was classified correctly."));
}

/// Pictures that JPEG cannot make small.
image::Image noise(size_t i) {
  image::Image picture(150, 150);
  Random random{uint64_t{5}, i};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

TEST_CASE("a report of many classes and very many pictures stays below 8 MB") {
  const test::TemporaryFolder folder;
  std::vector<std::string> classes;
  for (int i = 0; i < 100; ++i)
    classes.push_back("a class with quite a long name, number " + std::to_string(i));
  RunReport report = test::made_report(folder.path(), classes);
  report.evaluation = test::made_evaluation(classes, 1000, 505);  // 5 in every cell off the diagonal
  report.pictures = test::made_evaluated(*report.evaluation);
  CHECK(report.pictures->verdicts.size() == 100000);
  report.pictures->picture = noise;
  report.samples_png = folder / "noise.png";
  image::Image large(2000, 500);
  for (size_t i = 0; i < large.pixels.size(); ++i) large.pixels[i] = static_cast<uint8_t>(i * i >> 5);
  write_file_atomically(report.samples_png, image::encode_png(large));
  write_report(folder / "report.html", report);
  const std::string page = read_text_file(folder / "report.html");
  CHECK(page.size() < 8'000'000);
  CHECK(page.size() > 3'000'000);
  // All cells of the diagonal, the largest, have pictures; so have the most confused pairs.
  for (const char* cell : {"data-of=\"0-0\"", "data-of=\"99-99\"", "data-of=\"0-1\""}) {
    CAPTURE(cell);
    CHECK(contains(page, cell));
  }
  CHECK(contains(page, "Most often confused"));
  CHECK(count_of(page, "<rect class=") == 4000);
}

TEST_CASE("a small matrix is a table whose cells have up to twelve pictures each") {
  const predict::Evaluation evaluation = test::made_evaluation({"cats", "dogs"}, 20, 15);
  const EvaluatedPictures evaluated = test::made_evaluated(evaluation);
  const std::string block = evaluation_block(evaluation, &evaluated).html;
  CHECK(count_of(block, "<button") == 4);
  CHECK(count_of(block, "<figure>") == 12 + 12 + 5 + 5);
  CHECK(contains(block, "cats, taken for dogs: 5 pictures<"));
  CHECK(contains(block, "dogs, recognised: 15 pictures; the 12 with"));
  CHECK_FALSE(contains(block, "<rect"));
  const std::string without = evaluation_block(evaluation).html;
  CHECK_FALSE(contains(without, "<button"));
  CHECK_FALSE(contains(without, "Click a number"));
  CHECK(contains(without, ">15<"));
}

TEST_CASE("pictures that are gone are passed over") {
  const predict::Evaluation evaluation = test::made_evaluation({"cats", "dogs"}, 20, 15);
  EvaluatedPictures evaluated = test::made_evaluated(evaluation);
  evaluated.picture = [](size_t) { return std::nullopt; };
  const std::string block = evaluation_block(evaluation, &evaluated).html;
  CHECK_FALSE(contains(block, "<button"));
  CHECK_FALSE(contains(block, "<figure"));
  CHECK(contains(block, ">15<"));
}

}  // namespace
}  // namespace margay::pages
