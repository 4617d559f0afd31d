// Curves come out as pictures for every history, and gnuplot's failures as errors.
#include "margay/plot/curves.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "margay/plot/gnuplot.h"
#include "tests/analysis/made_history.h"
#include "tests/support/temporary_folder.h"

namespace margay::plot {
namespace {

using test::made_history;

run::History history_of(int epochs) {
  test::HistoryShape shape;
  shape.epochs = epochs, shape.training = 0.95, shape.accuracy_noise = 0.01;
  return made_history(shape);
}

/// Sets PATH for a while.
class PathGuard {
 public:
  explicit PathGuard(const std::string& path) : before_(getenv("PATH")) { setenv("PATH", path.c_str(), 1); }
  ~PathGuard() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

TEST_CASE("curves are a png and an svg for every shape of history") {
  const test::TemporaryFolder folder;
  run::History nothing = test::without_validation(history_of(5));
  for (auto& record : nothing) record.loss = record.accuracy = std::nan("");
  const std::vector<std::vector<Curve>> plots{
      {{"one", history_of(15)}},    {{"single epoch", history_of(1)}},
      {{"long", history_of(1000)}}, {{"no validation", test::without_validation(history_of(15))}},
      {{"not finite", nothing}},    {{"a", history_of(15)}, {"b", history_of(30)}, {"c", nothing}}};
  for (const auto& runs : plots) {
    CAPTURE(runs.front().name);
    write_curves(runs, folder / "curves.png", folder / "curves.svg");
    const image::Image picture = image::decode_file(folder / "curves.png");
    CHECK(picture.width == 1680);
    CHECK(read_text_file(folder / "curves.svg").find("</svg>") != std::string::npos);
  }
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("several runs are named and splits explained in the legend") {
  const std::string svg =
      panel_svg({{"article", history_of(15)}, {"article-regularized", history_of(15)}}, Panel::accuracy, "p");
  for (const char* part :
       {"article: ", "article-regularized: ", ">training<", ">validation<", ">Accuracy<"}) {
    CAPTURE(part);
    CHECK(svg.find(part) != std::string::npos);
  }
}

TEST_CASE("names of runs are text to gnuplot and to svg whatever they hold") {
  const test::TemporaryFolder folder;
  const std::string trap = (folder / "trap").string();
  setenv("MARGAY_TRAP", trap.c_str(), 1);
  const std::string name = "it's `touch $MARGAY_TRAP`";
  const std::string other = "\"<b>\" & _x^2 \\ \n\xff";
  const std::string svg = panel_svg({{name, history_of(3)}, {other, history_of(3)}}, Panel::loss, "p");
  CHECK_FALSE(std::filesystem::exists(trap));
  CHECK(svg.find("it's `touch ") != std::string::npos);
  CHECK(svg.find("&lt;b") != std::string::npos);
  CHECK(svg.find("<b>") == std::string::npos);
}

TEST_CASE("a panel for a page begins with its element and has ids of its own") {
  const std::string svg = panel_svg({{"run", history_of(15)}}, Panel::loss, "left-");
  CHECK(svg.starts_with("<svg"));
  for (size_t at = svg.find("id='"); at != std::string::npos; at = svg.find("id='", at + 1))
    CHECK(svg.compare(at + 4, 5, "left-") == 0);
  for (size_t at = svg.find("href='#"); at != std::string::npos; at = svg.find("href='#", at + 1))
    CHECK(svg.compare(at + 7, 5, "left-") == 0);
}

TEST_CASE("nothing to draw is a usage error") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(write_curves({}, folder / "a.png", folder / "a.svg"), UsageError);
  CHECK_THROWS_AS(write_curves({{"run", {}}}, folder / "a.png", folder / "a.svg"), UsageError);
}

TEST_CASE("a failing script is an io error with what gnuplot says") {
  try {
    run_gnuplot("set terminal svg\nplot no_such_function(\n");
    FAIL("accepted");
  } catch (const IoError& error) {
    CHECK(std::strstr(error.what(), "gnuplot failed") != nullptr);
    CHECK(std::strstr(error.what(), "no_such_function") != nullptr);
  }
  CHECK_THROWS_AS(run_gnuplot("set terminal svg\n"), IoError);
}

TEST_CASE("a missing gnuplot is an io error that names the package") {
  const test::TemporaryFolder folder;
  const PathGuard path(folder.path().string());
  try {
    write_curves({{"run", history_of(3)}}, folder / "a.png", folder / "a.svg");
    FAIL("accepted");
  } catch (const IoError& error) {
    CHECK(std::strstr(error.what(), "gnuplot-nox") != nullptr);
  }
  CHECK_FALSE(std::filesystem::exists(folder / "a.png"));
}

TEST_CASE("a folder that is not there is an io error") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(write_curves({{"run", history_of(3)}}, folder / "none/a.png", folder / "none/a.svg"),
                  IoError);
}

}  // namespace
}  // namespace margay::plot
