// Tables of an evaluation, and the pictures behind them.
#include "margay/report/confusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

#include "margay/core/utf8.h"
#include "margay/report/page.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.evaluation";
constexpr size_t kTableClasses = 20;   // more are drawn
constexpr size_t kWideNames = 4;       // more names of columns stand upright
constexpr size_t kNamedClasses = 200;  // of the scores
constexpr size_t kPairs = 20;          // most confused ones
constexpr size_t kDrawnCells = 4000;
constexpr size_t kPictureCells = 400;  // that have pictures
constexpr size_t kCellPictures = 12;
constexpr size_t kCellBytes = 4u << 20;  // of all their pictures
constexpr size_t kNameLetters = 40;

using Counts = std::vector<std::vector<int64_t>>;

/// One true class and one answer.
struct Cell {
  size_t truth = 0;
  size_t said = 0;
  int64_t count = 0;
  double share = 0;  ///< of the pictures of the true class

  bool right() const { return truth == said; }
  std::string key() const { return fmt::format("{}-{}", truth, said); }
};

Counts confusion_of(const Json& evaluation, size_t classes) {
  const auto counts = json_value<Counts>(evaluation, "confusion", kWhere);
  bool square = counts.size() == classes;
  for (const auto& row : counts) square = square && row.size() == classes;
  require<FormatError>(square, kWhere, fmt::format("the confusion matrix is not {0} x {0}", classes));
  return counts;
}

/// A score; NaN where there were no pictures to measure it with.
double score_of(const Json& entry, const char* score) {
  const auto found = entry.find(score);
  return found != entry.end() && found->is_null() ? std::numeric_limits<double>::quiet_NaN()
                                                  : json_value<double>(entry, score, kWhere);
}

Markup score_table(const Json& evaluation) {
  std::vector<const Json*> entries;
  for (const Json& entry : evaluation.at("classes")) entries.push_back(&entry);
  const size_t classes = entries.size();
  if (classes > kNamedClasses) {
    std::ranges::stable_sort(entries, {}, [](const Json* entry) {
      const double f1 = score_of(*entry, "f1");
      return std::isnan(f1) ? 2 : f1;  // last, beyond the best
    });
    entries.resize(kNamedClasses);
  }
  std::vector<std::vector<Markup>> rows;
  for (const Json* entry : entries) {
    std::vector<Markup> row{text(json_value<std::string>(*entry, "name", kWhere))};
    for (const char* score : {"precision", "recall", "f1"})
      row.push_back(text(percent_1(score_of(*entry, score))));
    row.push_back(text(grouped(json_value<int64_t>(*entry, "support", kWhere))));
    rows.push_back(std::move(row));
  }
  const Markup made = table({"class", "precision", "recall", "F1", "pictures"}, rows);
  if (classes <= kTableClasses) return made;
  return details(rows.size() == classes
                     ? fmt::format("Scores of all {} classes", classes)
                     : fmt::format("Scores of the {} classes with the lowest F1", kNamedClasses),
                 made);
}

/// The confusion matrix of one evaluation.
class ConfusionBlock {
 public:
  ConfusionBlock(const Json& evaluation, const EvaluatedPictures* pictures)
      : names_(class_names_of(evaluation)), counts_(confusion_of(evaluation, names_.size())) {
    collect_cells();
    if (pictures != nullptr) collect_pictures(*pictures);
  }

  Markup markup() const {
    Markup content = names_.size() <= kTableClasses ? full_table() : pairs_table() + drawing();
    content += fill("<p class=\"quiet\">{{legend}}</p>\n", {{"legend", text(legend())}});
    return fill("<div class=\"confusion\">{{content}}{{pictures}}</div>\n",
                {{"content", content}, {"pictures", picture_lists()}});
  }

 private:
  void collect_cells() {
    for (size_t truth = 0; truth < names_.size(); ++truth) {
      int64_t sum = 0;
      for (const int64_t count : counts_[truth]) sum += count;
      for (size_t said = 0; said < names_.size(); ++said)
        if (const int64_t count = counts_[truth][said]; count > 0)
          cells_.push_back({truth, said, count, static_cast<double>(count) / static_cast<double>(sum)});
    }
    std::ranges::stable_sort(cells_, std::greater(), &Cell::count);
  }

  /// A picture for each cell, then a second for each, and so on, while the budget lasts.
  void collect_pictures(const EvaluatedPictures& pictures) {
    std::map<std::string, std::vector<Verdict>> surest;
    for (const Verdict& verdict : pictures.verdicts) {
      auto& of_cell = surest[fmt::format("{}-{}", verdict.truth, verdict.said)];
      if (of_cell.size() < kCellPictures) of_cell.push_back(verdict);
    }
    PictureBudget budget(kCellBytes);
    const size_t shown = std::min(kPictureCells, cells_.size());
    for (size_t rank = 0; rank < kCellPictures; ++rank)
      for (size_t i = 0; i < shown && !budget.spent(); ++i)
        if (const auto& verdicts = surest[cells_[i].key()]; rank < verdicts.size())
          add_picture(pictures, verdicts[rank], cells_[i], budget);
  }

  void add_picture(const EvaluatedPictures& pictures, const Verdict& verdict, const Cell& cell,
                   PictureBudget& budget) {
    const Markup figure =
        budget.figure(pictures, verdict, described(cell),
                      fill("<b>{{sure}}</b>", {{"sure", text(certainty_text(verdict.probability))}}));
    if (figure.html.empty()) return;
    CellPictures& kept = pictures_[cell.key()];
    kept.figures += figure;
    ++kept.count;
  }

  std::string name(size_t label) const { return shortened(names_[label], kNameLetters); }

  std::string described(const Cell& cell) const {
    return cell.right() ? fmt::format("{}, recognised", name(cell.truth))
                        : fmt::format("{}, taken for {}", name(cell.truth), name(cell.said));
  }

  std::string legend() const {
    std::string rows =
        "Rows: the true class. Columns: the predicted class. The stronger the colour, the larger the share "
        "of "
        "the row.";
    return pictures_.empty() ? rows : rows + " Click a number to see its pictures.";
  }

  /// A count that opens the pictures of the cell; it works once the script says so.
  Markup button(const Cell& cell, const Markup& label) const {
    if (!pictures_.contains(cell.key())) return label;
    return fill(R"(<button type="button" data-cell="{{key}}" disabled>{{label}}</button>)",
                {{"key", text(cell.key())}, {"label", label}});
  }

  Markup table_cell(const Cell& cell) const {
    return fill(
        R"html(<td class="{{class}}" style="background: rgba(var(--shade), {{shade}})" title="{{percent}}">{{count}}</td>)html",
        {{"class", Markup{cell.right() ? "right" : "wrong"}},
         {"shade", Markup{fmt::format("{:.2f}", 0.55 * cell.share)}},
         {"percent", text(percent_1(cell.share))},
         {"count", button(cell, text(grouped(cell.count)))}});
  }

  Markup full_table() const {
    std::vector<std::vector<Cell>> rows(names_.size());
    for (size_t truth = 0; truth < names_.size(); ++truth)
      for (size_t said = 0; said < names_.size(); ++said) rows[truth].push_back({truth, said});
    for (const Cell& cell : cells_) rows[cell.truth][cell.said] = cell;
    Markup head{"<th scope=\"col\">true \\ predicted</th>"}, body;
    for (const std::string& name : names_)
      head += fill("<th scope=\"col\"><span>{{name}}</span></th>", {{"name", text(name)}});
    for (size_t truth = 0; truth < names_.size(); ++truth) {
      Markup cells = fill("<td>{{name}}</td>", {{"name", text(names_[truth])}});
      for (const Cell& cell : rows[truth]) cells += table_cell(cell);
      body += fill("<tr>{{cells}}</tr>\n", {{"cells", cells}});
    }
    return fill(
        "<div class=\"scroll\"><table class=\"matrix{{tall}}\"><thead><tr>{{head}}</tr></thead><tbody>\n"
        "{{body}}</tbody></table></div>\n",
        {{"tall", Markup{names_.size() > kWideNames ? " tall" : ""}}, {"head", head}, {"body", body}});
  }

  Markup pairs_table() const {
    std::vector<std::vector<Markup>> rows;
    for (const Cell& cell : cells_)
      if (!cell.right() && rows.size() < kPairs)
        rows.push_back({text(name(cell.truth)), text(name(cell.said)),
                        button(cell, text(grouped(cell.count))), text(percent_1(cell.share))});
    if (rows.empty()) return paragraph("No class was ever taken for another one.");
    return fill("<h3>Most often confused</h3>\n{{table}}",
                {{"table", table({"true class", "predicted as", "pictures", "of the class"}, rows)}});
  }

  /// A square for each cell with pictures, so that many classes fit.
  Markup drawing() const {
    Markup squares;
    for (size_t i = 0; i < std::min(kDrawnCells, cells_.size()); ++i) {
      const Cell& cell = cells_[i];
      squares += fill(
          R"(<rect class="{{class}}" data-cell="{{key}}" x="{{x}}" y="{{y}}" width="1" height="1" fill-opacity="{{opacity}}"><title>{{title}}</title></rect>)",
          {{"class", Markup{cell.right() ? "right" : "wrong"}},
           {"key", text(cell.key())},
           {"x", text(std::to_string(cell.said))},
           {"y", text(std::to_string(cell.truth))},
           {"opacity", text(fmt::format("{:.2f}", 0.2 + 0.8 * cell.share))},
           {"title",
            text(fmt::format("{}: {} ({})", described(cell), grouped(cell.count), percent_1(cell.share)))}});
    }
    return fill(
        R"(<svg class="matrix" role="img" aria-label="Confusion matrix" viewBox="0 0 {{size}} {{size}}">{{squares}}</svg>
)",
        {{"size", text(std::to_string(names_.size()))}, {"squares", squares}});
  }

  Markup picture_lists() const {
    Markup lists;
    for (const Cell& cell : cells_)
      if (const auto found = pictures_.find(cell.key()); found != pictures_.end())
        lists += fill(
            R"(<details data-of="{{key}}"><summary>{{summary}}</summary><div class="evaluated">{{figures}}</div></details>
)",
            {{"key", text(cell.key())},
             {"summary", text(summary_of(cell, found->second.count))},
             {"figures", found->second.figures}});
    if (lists.html.empty()) return {};
    return fill("<details class=\"cells\"><summary>Pictures of each cell</summary>\n{{lists}}</details>\n",
                {{"lists", lists}});
  }

  std::string summary_of(const Cell& cell, int64_t shown) const {
    const std::string all = fmt::format("{}: {}", described(cell), counted(cell.count, "picture"));
    return shown < cell.count ? fmt::format("{}; the {} with the highest confidence", all, shown) : all;
  }

  struct CellPictures {
    Markup figures;
    int64_t count = 0;
  };

  std::vector<std::string> names_;
  Counts counts_;
  std::vector<Cell> cells_;                       ///< those that are not zero, the largest first
  std::map<std::string, CellPictures> pictures_;  ///< by Cell::key
};

}  // namespace

std::vector<std::string> class_names_of(const Json& evaluation) {
  std::vector<std::string> names;
  for (const Json& entry : json_value<std::vector<Json>>(evaluation, "classes", kWhere))
    names.push_back(json_value<std::string>(entry, "name", kWhere));
  return names;
}

Markup evaluation_block(const Json& evaluation, const EvaluatedPictures* pictures) {
  return score_table(evaluation) + ConfusionBlock(evaluation, pictures).markup();
}

}  // namespace margay::report
