// Writes the gnuplot script of the curves.
#include "margay/plot/curves.h"

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/output_file.h"
#include "margay/core/utf8.h"
#include "margay/plot/axis.h"
#include "margay/plot/gnuplot.h"
#include "margay/plot/plot.h"
#include "margay/text/phrases.h"

namespace margay::plot {
namespace {

constexpr const char* kSolid = "1";
constexpr const char* kDashed = "(9,5)";
constexpr size_t kLegendLetters = 22;  // of a run's name, so that what follows it stays inside the panel

struct Series {
  double run::EpochRecord::*value;
  double scale;
};

Series series_of(Panel panel, bool validation) {
  if (panel == Panel::accuracy)
    return {validation ? &run::EpochRecord::val_accuracy : &run::EpochRecord::accuracy, 100};
  return {validation ? &run::EpochRecord::val_loss : &run::EpochRecord::loss, 1};
}

double value_of(const run::EpochRecord& record, const Series& series) {
  return record.*series.value * series.scale;
}

/// The first epoch with the best validation value of the panel; null where none is finite.
const run::EpochRecord* best_epoch(const run::History& history, Panel panel) {
  if (panel == Panel::accuracy) return run::best_epoch(history);
  const run::EpochRecord* best = nullptr;
  for (const run::EpochRecord& record : history)
    if (std::isfinite(record.val_loss) && (!best || record.val_loss < best->val_loss)) best = &record;
  return best;
}

/// "best 98.9 % in epoch 7", "lowest 0.04 in epoch 7"; where there is but one epoch, no more than the number.
std::string best_text(const run::History& history, Panel panel, text::Language language) {
  const run::EpochRecord best = *best_epoch(history, panel);
  const double value = value_of(best, series_of(panel, true));
  const std::string shown =
      panel == Panel::accuracy ? fmt::format("{:.1f} %", value) : text::decimal_3(value);
  if (history.size() == 1) return shown;
  return panel == Panel::accuracy
             ? text::say(language, "best {} in epoch {}", "第 {1} 轮最好，为 {0}", shown, best.epoch)
             : text::say(language, "lowest {} in epoch {}", "第 {1} 轮最低，为 {0}", shown, best.epoch);
}

/// What the line of validation is called where one run is drawn alone.
std::string validation_title(const run::History& history, Panel panel, text::Language language) {
  return text::say(language, "validation{} {}", "验证{} {}",
                   history.size() == 1 ? std::string() : text::say(language, ",", "，"),
                   best_text(history, panel, language));
}

/// Sizes that differ between a file to look at and a panel inside a page.
struct Style {
  double line_width;
  double point_size;
};

/// Collects the plot elements of one panel.
class PanelScript {
 public:
  PanelScript(const std::vector<Curve>& runs, Panel panel, Style style,
              text::Language language = text::Language::english)
      : runs_(runs), panel_(panel), style_(style), language_(language) {}

  std::string text() {
    add_axes();
    for (size_t i = 0; i < runs_.size(); ++i) add_run(i);
    if (runs_.size() > 1) add_legend_of_splits();
    if (!any_data_)
      script_ += fmt::format("set label 1 {} at graph 0.5,0.5 center\n",
                             gnuplot_string(text::say(language_, "no finite value", "没有有限的数值")));
    if (elements_.empty()) elements_.push_back("NaN notitle");  // gnuplot refuses a plot without any element
    return script_ + fmt::format("plot {}\nunset label\n", fmt::join(elements_, ", \\\n  "));
  }

 private:
  void add_axes() {
    std::vector<double> values;
    int first = runs_.front().history.front().epoch, last = first;
    for (const Curve& run : runs_)
      for (const run::EpochRecord& record : run.history) {
        first = std::min(first, record.epoch), last = std::max(last, record.epoch);
        for (const bool validation : {false, true})
          values.push_back(value_of(record, series_of(panel_, validation)));
      }
    const bool accuracy = panel_ == Panel::accuracy;
    const Axis axis = accuracy ? percent_axis(values) : loss_axis(values, named_values(runs_, panel_));
    const double margin = first == last ? 0.5 : 0.02 * (last - first);
    script_ += fmt::format(
        "set key title '{{/:Bold {}}}' left\n",
        accuracy ? text::say(language_, "Accuracy", "准确率") : text::say(language_, "Loss", "损失"));
    script_ += fmt::format("set xrange [{}:{}]\n", first - margin, last + margin);
    script_ += fmt::format("set xtics ({}) nomirror\n", fmt::join(epoch_ticks(first, last), ", "));
    script_ += fmt::format("set yrange [{}:{}]\nset ytics {}, {} nomirror\n", axis.low, axis.high, axis.low,
                           axis.step);
    script_ += fmt::format("set format y '%g{}'\n", accuracy ? " %%" : "");
    epochs_ = last - first + 1;
  }

  bool add_data(size_t index, bool validation) {
    const Series series = series_of(panel_, validation);
    std::string rows;
    bool any = false;
    for (const run::EpochRecord& record : runs_[index].history) {
      const double value = value_of(record, series);
      any |= std::isfinite(value);
      rows += std::isfinite(value) ? fmt::format("{} {:.9g}\n", record.epoch, value)
                                   : fmt::format("{} NaN\n", record.epoch);
    }
    if (any) script_ += fmt::format("{} << END\n{}END\n", block(index, validation), rows);
    any_data_ |= any;
    return any;
  }

  void add_run(size_t index) {
    const bool alone = runs_.size() == 1;
    const run::EpochRecord* best = best_epoch(runs_[index].history, panel_);
    const std::string colour = kPlotColours[index % kPlotColours.size()];
    const std::string validation_colour = alone ? kPlotColours[1] : colour;
    if (!alone) {
      const std::string name = shortened(runs_[index].name, kLegendLetters);
      add_key(best ? fmt::format("{}: {}", name, best_text(runs_[index].history, panel_, language_)) : name,
              colour, kSolid);
    }
    if (add_data(index, false))
      add_line(index, false, colour, alone ? text::say(language_, "training", "训练") : "");
    if (add_data(index, true))
      add_line(index, true, validation_colour,
               alone ? validation_title(runs_[index].history, panel_, language_) : "");
    if (best) add_dot(*best, validation_colour);
  }

  void add_line(size_t index, bool validation, const std::string& colour, const std::string& title) {
    const bool few = epochs_ <= 30, many = epochs_ > 150;
    const std::string points =
        few ? fmt::format("linespoints pt 7 ps {}", 0.55 * style_.point_size) : "lines";
    elements_.push_back(
        fmt::format("{} using 1:2 with {} lw {} dt {} lc rgb '{}' {}", block(index, validation), points,
                    many ? 0.5 * style_.line_width : style_.line_width, validation ? kDashed : kSolid, colour,
                    title.empty() ? "notitle" : "title " + gnuplot_string(title) + " noenhanced"));
  }

  void add_dot(const run::EpochRecord& best, const std::string& colour) {
    const double value = value_of(best, series_of(panel_, true));
    elements_.push_back(
        fmt::format("'+' every ::::0 using ({}):({:.9g}) with points pt 7 ps {} lc rgb '{}' notitle",
                    best.epoch, value, 1.6 * style_.point_size, colour));
  }

  void add_key(const std::string& title, const std::string& colour, const char* dash) {
    elements_.push_back(fmt::format("NaN with lines lw {} dt {} lc rgb '{}' title {} noenhanced",
                                    style_.line_width, dash, colour, gnuplot_string(title)));
  }

  void add_legend_of_splits() {
    add_key(text::say(language_, "training", "训练"), kQuiet, kSolid);
    add_key(text::say(language_, "validation", "验证"), kQuiet, kDashed);
  }

  static std::string block(size_t index, bool validation) {
    return fmt::format("${}{}", validation ? "validation" : "training", index);
  }

  const std::vector<Curve>& runs_;
  Panel panel_;
  Style style_;
  text::Language language_;
  int epochs_ = 1;
  bool any_data_ = false;
  std::string script_;
  std::vector<std::string> elements_;
};

/// What all panels share.
std::string common_settings(text::Language language) {
  return plot_frame() + "set format x '%g'\n" +
         fmt::format("set xlabel {} offset 0,0.3\n", gnuplot_string(text::say(language, "epoch", "轮次"))) +
         "set key tmargin left Left reverse vertical samplen 3 width -2\n";
}

std::string both_panels(const std::vector<Curve>& runs, Style style) {
  return common_settings(text::Language::english) + "set multiplot layout 1,2\n" +
         PanelScript(runs, Panel::accuracy, style).text() + PanelScript(runs, Panel::loss, style).text() +
         "unset multiplot\n";
}

/// Height of a picture in its units, so that the legend takes nothing from the plot.
int height(const std::vector<Curve>& runs, int without_legend, int legend_row) {
  const int rows = runs.size() == 1 ? 2 : static_cast<int>(runs.size()) + 2;
  return without_legend + rows * legend_row;
}

void require_epochs(const std::vector<Curve>& runs) {
  require(!runs.empty(), "report.curves", "no run to draw");
  for (const Curve& run : runs)
    require(!run.history.empty(), "report.curves",
            fmt::format("the run '{}' has no finished epoch to draw", run.name));
}

}  // namespace

std::vector<double> named_values(const std::vector<Curve>& runs, Panel panel) {
  std::vector<double> named;
  for (const Curve& run : runs)
    if (const run::EpochRecord* best = best_epoch(run.history, panel))
      named.push_back(value_of(*best, series_of(panel, true)));
  return named;
}

void write_curves(const std::vector<Curve>& runs, const std::filesystem::path& png,
                  const std::filesystem::path& svg) {
  require_epochs(runs);
  const std::string picture = run_gnuplot(
      fmt::format("set terminal pngcairo size 1680,{} font 'DejaVu Sans,17' background '#FFFFFF'\n",
                  height(runs, 590, 26)) +
      both_panels(runs, {3.5, 1.6}));
  const std::string drawing =
      run_gnuplot(fmt::format("set terminal svg size 1120,{} font 'DejaVu Sans,13' background '#FFFFFF'\n",
                              height(runs, 393, 17)) +
                  both_panels(runs, {2.2, 0.8}));
  write_output_file(png, picture);
  write_output_file(svg, drawing);
}

std::string panel_svg(const std::vector<Curve>& runs, Panel panel, std::string_view prefix,
                      text::Language language) {
  require_epochs(runs);
  return plot_element(common_settings(language) + PanelScript(runs, panel, {2.2, 0.8}, language).text(), 380,
                      prefix);
}

}  // namespace margay::plot
