// Tables of an evaluation, and the pictures behind them.
#include "margay/pages/confusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

#include "margay/core/utf8.h"
#include "margay/pages/page.h"
#include "margay/text/phrases.h"

namespace margay::pages {
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

Counts confusion_of(const predict::Evaluation& evaluation) {
  const size_t classes = evaluation.classes.size();
  bool square = evaluation.confusion.size() == classes;
  for (const auto& row : evaluation.confusion) square = square && row.size() == classes;
  require<FormatError>(square, kWhere, fmt::format("the confusion matrix is not {0} x {0}", classes));
  return evaluation.confusion;
}

Markup score_table(const predict::Evaluation& evaluation, const text::PageText& words) {
  std::vector<const predict::ClassScore*> scores;
  for (const predict::ClassScore& score : evaluation.classes) scores.push_back(&score);
  const size_t classes = scores.size();
  if (classes > kNamedClasses) {
    // Those without a score last, beyond the best.
    std::ranges::stable_sort(scores, {},
                             [](const predict::ClassScore* score) { return score->f1.value_or(2); });
    scores.resize(kNamedClasses);
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::vector<Markup>> rows;
  for (const predict::ClassScore* score : scores)
    rows.push_back({escaped(score->name), escaped(text::percent_1(score->precision.value_or(kNone))),
                    escaped(text::percent_1(score->recall.value_or(kNone))),
                    escaped(text::percent_1(score->f1.value_or(kNone))), escaped(grouped(score->support))});
  const Markup made = table(words.score_columns(), rows);
  if (classes <= kTableClasses) return made;
  return details(
      rows.size() == classes ? words.scores_of_all(classes) : words.scores_of_lowest(kNamedClasses), made);
}

/// The confusion matrix of one evaluation.
class ConfusionBlock {
 public:
  ConfusionBlock(const predict::Evaluation& evaluation, const EvaluatedPictures* pictures,
                 const text::PageText& words)
      : words_(words), names_(class_names_of(evaluation)), counts_(confusion_of(evaluation)) {
    collect_cells();
    if (pictures != nullptr) collect_pictures(*pictures);
  }

  Markup markup() const {
    Markup content = names_.size() <= kTableClasses ? full_table() : pairs_table() + drawing();
    content += fill("<p class=\"quiet\">{{legend}}</p>\n", {{"legend", escaped(legend())}});
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
    std::map<std::string, std::vector<analysis::Verdict>> surest;
    for (const analysis::Verdict& verdict : pictures.verdicts) {
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

  void add_picture(const EvaluatedPictures& pictures, const analysis::Verdict& verdict, const Cell& cell,
                   PictureBudget& budget) {
    const Markup figure = budget.figure(
        pictures, verdict, described(cell),
        fill("<b>{{sure}}</b>",
             {{"sure", escaped(text::certainty_text(verdict.probability, words_.language()))}}));
    if (figure.html.empty()) return;
    CellPictures& kept = pictures_[cell.key()];
    kept.figures += figure;
    ++kept.count;
  }

  std::string name(size_t label) const { return shortened(names_[label], kNameLetters); }

  std::string described(const Cell& cell) const {
    return cell.right() ? words_.recognised(name(cell.truth))
                        : words_.taken_for(name(cell.truth), name(cell.said));
  }

  std::string legend() const {
    return pictures_.empty() ? words_.matrix_legend() : words_.matrix_legend() + words_.click_a_number();
  }

  /// A count that opens the pictures of the cell; it works once the script says so.
  Markup button(const Cell& cell, const Markup& label) const {
    if (!pictures_.contains(cell.key())) return label;
    return fill(R"(<button type="button" data-cell="{{key}}" disabled>{{label}}</button>)",
                {{"key", escaped(cell.key())}, {"label", label}});
  }

  Markup table_cell(const Cell& cell) const {
    return fill(
        R"html(<td class="{{class}}" style="background: rgba(var(--shade), {{shade}})" title="{{percent}}">{{count}}</td>)html",
        {{"class", Markup{cell.right() ? "right" : "wrong"}},
         {"shade", Markup{fmt::format("{:.2f}", 0.55 * cell.share)}},
         {"percent", escaped(text::percent_1(cell.share))},
         {"count", button(cell, escaped(grouped(cell.count)))}});
  }

  Markup full_table() const {
    std::vector<std::vector<Cell>> rows(names_.size());
    for (size_t truth = 0; truth < names_.size(); ++truth)
      for (size_t said = 0; said < names_.size(); ++said) rows[truth].push_back({truth, said});
    for (const Cell& cell : cells_) rows[cell.truth][cell.said] = cell;
    Markup head = fill("<th scope=\"col\">{{corner}}</th>", {{"corner", escaped(words_.matrix_corner())}}),
           body;
    for (const std::string& name : names_)
      head += fill("<th scope=\"col\"><span>{{name}}</span></th>", {{"name", escaped(name)}});
    for (size_t truth = 0; truth < names_.size(); ++truth) {
      Markup cells = fill("<td>{{name}}</td>", {{"name", escaped(names_[truth])}});
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
        rows.push_back({escaped(name(cell.truth)), escaped(name(cell.said)),
                        button(cell, escaped(grouped(cell.count))), escaped(text::percent_1(cell.share))});
    if (rows.empty()) return paragraph(words_.never_confused());
    return fill("<h3>{{heading}}</h3>\n{{table}}", {{"heading", escaped(words_.most_confused())},
                                                    {"table", table(words_.pair_columns(), rows)}});
  }

  /// A square for each cell with pictures, so that many classes fit.
  Markup drawing() const {
    Markup squares;
    for (size_t i = 0; i < std::min(kDrawnCells, cells_.size()); ++i) {
      const Cell& cell = cells_[i];
      squares += fill(
          R"(<rect class="{{class}}" data-cell="{{key}}" x="{{x}}" y="{{y}}" width="1" height="1" fill-opacity="{{opacity}}"><title>{{title}}</title></rect>)",
          {{"class", Markup{cell.right() ? "right" : "wrong"}},
           {"key", escaped(cell.key())},
           {"x", escaped(std::to_string(cell.said))},
           {"y", escaped(std::to_string(cell.truth))},
           {"opacity", escaped(fmt::format("{:.2f}", 0.2 + 0.8 * cell.share))},
           {"title", escaped(fmt::format("{}: {} ({})", described(cell), grouped(cell.count),
                                         text::percent_1(cell.share)))}});
    }
    return fill(
        R"(<svg class="matrix" role="img" aria-label="{{label}}" viewBox="0 0 {{size}} {{size}}">{{squares}}</svg>
)",
        {{"label", escaped(words_.confusion_matrix())},
         {"size", escaped(std::to_string(names_.size()))},
         {"squares", squares}});
  }

  Markup picture_lists() const {
    Markup lists;
    for (const Cell& cell : cells_)
      if (const auto found = pictures_.find(cell.key()); found != pictures_.end())
        lists += fill(
            R"(<details data-of="{{key}}"><summary>{{summary}}</summary><div class="evaluated">{{figures}}</div></details>
)",
            {{"key", escaped(cell.key())},
             {"summary", escaped(summary_of(cell, found->second.count))},
             {"figures", found->second.figures}});
    if (lists.html.empty()) return {};
    return fill("<details class=\"cells\"><summary>{{summary}}</summary>\n{{lists}}</details>\n",
                {{"summary", escaped(words_.pictures_of_cells())}, {"lists", lists}});
  }

  std::string summary_of(const Cell& cell, int64_t shown) const {
    const std::string all = words_.cell_summary(described(cell), cell.count);
    return shown < cell.count ? words_.most_confident(all, shown) : all;
  }

  struct CellPictures {
    Markup figures;
    int64_t count = 0;
  };

  text::PageText words_;
  std::vector<std::string> names_;
  Counts counts_;
  std::vector<Cell> cells_;                       ///< those that are not zero, the largest first
  std::map<std::string, CellPictures> pictures_;  ///< by Cell::key
};

}  // namespace

std::vector<std::string> class_names_of(const predict::Evaluation& evaluation) {
  std::vector<std::string> names;
  for (const predict::ClassScore& score : evaluation.classes) names.push_back(score.name);
  return names;
}

Markup evaluation_block(const predict::Evaluation& evaluation, const EvaluatedPictures* pictures,
                        const text::PageText& words) {
  return score_table(evaluation, words) + ConfusionBlock(evaluation, pictures, words).markup();
}

}  // namespace margay::pages
