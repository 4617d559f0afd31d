// The numbers behind the curves of a page are those of the history, grouped as people compare them.
#include "margay/pages/curves_figure.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/analysis/made_history.h"
#include "tests/pages/page_checks.h"

namespace margay::pages {
namespace {

/// The panel of that name; null where there is none.
Json panel(const Json& data, const std::string& name) {
  for (const Json& panel : data.at("panels"))
    if (panel.at("name") == name) return panel;
  return {};
}

run::History short_history() {
  test::HistoryShape shape;
  shape.epochs = 3;
  return test::made_history(shape);
}

TEST_CASE("accuracy is in percent and loss as it is with training before validation") {
  run::History history = short_history();
  history[0].accuracy = 0.5, history[1].accuracy = 0.6666666666, history[2].accuracy = std::nan("");
  history[1].val_loss = std::numeric_limits<double>::infinity();
  const Json data = curves_data({{"article", history}});
  CHECK(data.at("runs") == Json{"article"});
  CHECK(data.at("epochs") == Json::parse("[[1, 2, 3]]"));
  const Json accuracy = panel(data, "Accuracy"), loss = panel(data, "Loss");
  CHECK(accuracy.at("unit") == "%");
  CHECK(accuracy.at("best") == "highest");
  CHECK(accuracy.at("lines")[0].at("split") == "training");
  CHECK(accuracy.at("lines")[0].at("values") == Json::parse("[50.0, 66.6667, null]"));
  CHECK(loss.at("best") == "lowest");
  CHECK(loss.at("lines")[1].at("split") == "validation");
  CHECK(loss.at("lines")[1].at("values")[0].get<double>() ==
        doctest::Approx(history[0].val_loss).epsilon(1e-5));
  CHECK(loss.at("lines")[1].at("values")[1].is_null());
  CHECK(loss.at("axis").size() == 3);
}

TEST_CASE("further columns become panels and validation joins its training") {
  run::History history = short_history();
  for (run::EpochRecord& record : history)
    record.others = {
        {"val_balanced_accuracy", 0.25}, {"gradient_norm", 3.5}, {"recall", 0.1}, {"val_recall", 0.2}};
  const Json data = curves_data({{"article", history}});
  std::vector<std::string> names;
  for (const Json& panel : data.at("panels")) names.push_back(panel.at("name"));
  CHECK(names == std::vector<std::string>{"Accuracy", "Loss", "Balanced accuracy", "Gradient norm", "Recall",
                                          "Learning rate", "Images per second", "Seconds"});
  CHECK(panel(data, "Balanced accuracy").at("unit") == "%");
  CHECK(panel(data, "Balanced accuracy").at("lines").size() == 1);
  CHECK(panel(data, "Balanced accuracy").at("lines")[0].at("split") == "validation");
  CHECK(panel(data, "Balanced accuracy").at("lines")[0].at("values")[2] == 25.0);
  CHECK(panel(data, "Gradient norm").at("lines")[0].at("split").is_null());
  CHECK(panel(data, "Gradient norm").at("axis").is_null());
  CHECK(panel(data, "Recall").at("lines").size() == 2);
  CHECK(panel(data, "Recall").at("lines")[1].at("values")[0] == 0.2);
}

TEST_CASE("several runs have their own epochs and what a run lacks has no line") {
  run::History longer = test::made_history({});
  longer.erase(longer.begin());  // as of a run whose first epoch was lost
  for (run::EpochRecord& record : longer) record.others = {{"gradient_norm", 1.0}};
  const Json data = curves_data({{"a", test::without_validation(short_history())}, {"b", longer}});
  CHECK(data.at("epochs")[0].size() == 3);
  CHECK(data.at("epochs")[1][0] == 2);
  const Json lines = panel(data, "Accuracy").at("lines");
  REQUIRE(lines.size() == 3);
  CHECK(lines[2].at("run") == 1);
  CHECK(lines[2].at("split") == "validation");
  CHECK(panel(data, "Gradient norm").at("lines").size() == 1);
  CHECK(panel(data, "Gradient norm").at("lines")[0].at("run") == 1);
}

TEST_CASE("the names of runs and columns stay text in the figure") {
  run::History history = short_history();
  for (run::EpochRecord& record : history) record.others = {{"<script>\"'&", 1.0}};
  const std::string html = curves_figure({{"</figure><script>'\"", history}}, "<i>caption", "p").html;
  CHECK_FALSE(test::contains(html, "<script"));
  CHECK_FALSE(test::contains(html, "<i>"));
  CHECK(test::contains(html, "&lt;/figure&gt;&lt;script&gt;&#39;\\&quot;"));
  CHECK(curves_figure({{"nothing", {}}}, "caption", "p").html.empty());
}

}  // namespace
}  // namespace margay::pages
