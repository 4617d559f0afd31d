// A comparison is read in a terminal, whatever differs.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "margay/analysis/run_comparison.h"
#include "margay/core/utf8.h"
#include "margay/text/format_run_comparison.h"
#include "margay/text/wrapped_text.h"
#include "tests/analysis/made_history.h"

namespace margay::text {
namespace {

analysis::ComparedRun run_of(const std::string& path, Json network) {
  return {path, Json{{"network", std::move(network)}}, test::made_history({.epochs = 3}), {}};
}

/// Twelve layers of as many kinds.
Json layers() {
  Json list = Json::array();
  for (int i = 1; i <= 12; ++i)
    list.push_back({{"op", "conv2d"}, {"out_channels", 16 * i}, {"kernel", 3}, {"padding", "same"}});
  return list;
}

size_t widest_line(const std::string& text) {
  size_t widest = 0;
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    widest = std::max(widest, count_letters(std::string_view(text).substr(at, end - at)));
  return widest;
}

TEST_CASE("runs of two kinds of networks are told in lines of a terminal, each value once") {
  std::vector<analysis::ComparedRun> runs{run_of("runs/article", {{"layers", layers()}}),
                                          run_of("runs/article-2", {{"layers", layers()}}),
                                          run_of("runs/scratch", {{"name", "resnet18_slim"}})};
  const std::string text = format_comparison(analysis::compare_runs(runs));
  const std::string differences = text.substr(0, text.find("\n\n"));
  CAPTURE(text);
  CHECK(widest_line(differences + '\n') <= kTextColumns);
  CHECK(differences.find("  article, article-2: 12 layers: ") != std::string::npos);
  CHECK(differences.find("and 9") != std::string::npos);  // other kinds
  CHECK(differences.find("  scratch: none") != std::string::npos);
}

TEST_CASE("all of a comparison fits into a terminal, also where names leave no room for columns") {
  for (const std::string& name :
       {std::string("a"), std::string(60, 'a'), std::string("\u6f22\u6f22\u6f22")}) {
    const std::string text = format_comparison(
        analysis::compare_runs(std::vector{run_of("runs/" + name, {{"name", "resnet10_slim"}}),
                                           run_of("runs/" + name + "-2", {{"name", "resnet18_slim"}})}));
    CAPTURE(text);
    CHECK(widest_line(text) <= kTextColumns);
    for (const char* header : {"95 % interval", "val_loss", "images/s"})
      CHECK(text.find(header) != std::string::npos);
  }
}

TEST_CASE("differences that fit stand side by side") {
  const std::string text = format_comparison(analysis::compare_runs(std::vector{
      run_of("runs/small", {{"name", "resnet10_slim"}}), run_of("runs/large", {{"name", "resnet18_slim"}})}));
  CHECK(text.starts_with(
      "Configuration   small           large\nnetwork.name    resnet10_slim   resnet18_slim\n"));
}

TEST_CASE("text is wrapped between words and by letters") {
  CHECK(wrapped_text("one two three", 2, 9) == "  one two\n  three\n");
  CHECK(wrapped_text("one two three", 0, 8, 4) == "one two\n    three\n");
  CHECK(wrapped_text("ääää öö", 0, 7) == "ääää öö\n");
  CHECK(wrapped_text("a-word-that-is-too-long b", 1, 5) == " a-word-that-is-too-long\n b\n");
  CHECK(wrapped_text("", 2) == "  \n");
}

}  // namespace
}  // namespace margay::text
