// Tables of an evaluation.
#include "margay/report/confusion.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "margay/report/page.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.evaluation";

using Counts = std::vector<std::vector<int64_t>>;

std::vector<std::string> class_names(const Json& evaluation) {
  std::vector<std::string> names;
  for (const Json& entry : json_value<std::vector<Json>>(evaluation, "classes", kWhere))
    names.push_back(json_value<std::string>(entry, "name", kWhere));
  return names;
}

Counts confusion_of(const Json& evaluation, size_t classes) {
  const auto counts = json_value<Counts>(evaluation, "confusion", kWhere);
  bool square = counts.size() == classes;
  for (const auto& row : counts) square = square && row.size() == classes;
  require<FormatError>(square, kWhere, fmt::format("the confusion matrix is not {0} x {0}", classes));
  return counts;
}

Markup score_table(const Json& evaluation) {
  std::vector<std::vector<Markup>> rows;
  for (const Json& entry : evaluation.at("classes")) {
    std::vector<Markup> row{text(json_value<std::string>(entry, "name", kWhere))};
    for (const char* score : {"precision", "recall", "f1"})
      row.push_back(text(percent_1(json_value<double>(entry, score, kWhere))));
    row.push_back(text(grouped(json_value<int64_t>(entry, "support", kWhere))));
    rows.push_back(std::move(row));
  }
  return table({"class", "precision", "recall", "F1", "pictures"}, rows);
}

Markup shaded_cell(int64_t count, int64_t row_sum, bool diagonal) {
  const double share = row_sum > 0 ? static_cast<double>(count) / static_cast<double>(row_sum) : 0;
  return fill(
      R"html(<td class="{{class}}" style="background: rgba(var(--shade), {{share}})" title="{{percent}}">{{count}}</td>)html",
      {{"class", Markup{diagonal ? "right" : "wrong"}},
       {"share", Markup{fmt::format("{:.2f}", 0.55 * share)}},
       {"percent", text(percent_1(share))},
       {"count", text(grouped(count))}});
}

Markup confusion_table(const std::vector<std::string>& names, const Counts& counts) {
  Markup head{"<th scope=\"col\">shows \\ said</th>"}, body;
  for (const std::string& name : names)
    head += fill("<th scope=\"col\">{{name}}</th>", {{"name", text(name)}});
  for (size_t truth = 0; truth < names.size(); ++truth) {
    int64_t sum = 0;
    for (const int64_t count : counts[truth]) sum += count;
    Markup cells = fill("<td>{{name}}</td>", {{"name", text(names[truth])}});
    for (size_t said = 0; said < names.size(); ++said)
      cells += shaded_cell(counts[truth][said], sum, said == truth);
    body += fill("<tr>{{cells}}</tr>\n", {{"cells", cells}});
  }
  return fill(
      "<div "
      "class=\"scroll\"><table><thead><tr>{{head}}</tr></thead><tbody>\n{{body}}</tbody></table></div>\n",
      {{"head", head}, {"body", body}});
}

}  // namespace

Markup evaluation_block(const Json& evaluation) {
  const std::vector<std::string> names = class_names(evaluation);
  return score_table(evaluation) + confusion_table(names, confusion_of(evaluation, names.size())) +
         Markup{
             "<p class=\"quiet\">Rows: what the pictures show. Columns: what the network said. The stronger "
             "the "
             "colour, the larger the share of the row.</p>\n"};
}

}  // namespace margay::report
