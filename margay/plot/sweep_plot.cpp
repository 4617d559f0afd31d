// Writes the gnuplot script of a sweep.
#include "margay/plot/sweep_plot.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/utf8.h"
#include "margay/plot/axis.h"
#include "margay/plot/gnuplot.h"
#include "margay/plot/plot.h"

namespace margay::plot {
namespace {

constexpr int kMostColumns = 3;
constexpr size_t kFewValues = 6;
constexpr size_t kLabelLetters = 16;  // of a text below an axis

bool is_drawn(const analysis::SweepTrial& trial) {
  return trial.result && trial.failure.empty() && std::isfinite(trial.result->kept_val_accuracy);
}

/// Where the values of a key lie on its axis: numbers where they are, other values side by side.
class KeyAxis {
 public:
  KeyAxis(const analysis::Sweep& sweep, const std::string& key) {
    for (const analysis::SweepTrial& trial : sweep.trials) {
      const Json& value = trial.settings.at(key);
      numeric_ &= value.is_number();
      whole_ &= value.is_number_integer();
      names_.emplace(analysis::setting_text(value), 0);
    }
    double next = 0;
    for (auto& [name, place] : names_) place = next++;
    if (!numeric_) return;
    for (const analysis::SweepTrial& trial : sweep.trials)
      values_.push_back(trial.settings.at(key).get<double>());
    std::ranges::sort(values_);
    logarithmic_ = values_.front() > 0 && values_.back() >= 10 * values_.front();
  }

  double place(const Json& value) const {
    return numeric_ ? value.get<double>() : names_.at(analysis::setting_text(value));
  }

  std::string settings() const {
    if (!numeric_) return name_ticks();
    const double low = values_.front(), high = values_.back();
    const double margin = low == high ? std::max(0.5, std::abs(low) / 2) : 0.06 * (high - low);
    const std::string range =
        logarithmic_ ? fmt::format("set logscale x\nset xrange [{}:{}]\n", low / 1.25, high * 1.25)
                     : fmt::format("unset logscale x\nset xrange [{}:{}]\n", low - margin, high + margin);
    const std::string ticks =
        logarithmic_ ? "autofreq" : fmt::format("{}", round_step((high - low + 2 * margin) / 5));
    return range + fmt::format("set xtics {} nomirror\nset format x '%g'\n", number_ticks(ticks));
  }

 private:
  /// `otherwise`, or the values themselves where these are a few whole numbers.
  std::string number_ticks(const std::string& otherwise) const {
    std::vector<double> distinct = values_;
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    return whole_ && distinct.size() <= kFewValues ? fmt::format("({})", fmt::join(distinct, ", "))
                                                   : otherwise;
  }

  std::string name_ticks() const {
    std::vector<std::string> ticks;
    for (const auto& [name, place] : names_)
      ticks.push_back(fmt::format("{} {}", gnuplot_string(shortened(name, kLabelLetters)), place));
    return fmt::format("unset logscale x\nset xrange [-0.5:{}]\nset xtics ({}) nomirror noenhanced\n",
                       static_cast<double>(names_.size()) - 0.5, fmt::join(ticks, ", "));
  }

  bool numeric_ = true, whole_ = true, logarithmic_ = false;
  std::vector<double> values_;
  std::map<std::string, double> names_;  ///< text of a value -> place
};

std::string rows_of(const analysis::Sweep& sweep, const std::string& key, const KeyAxis& axis,
                    bool complete) {
  std::string rows;
  for (const analysis::SweepTrial& trial : sweep.trials)
    if (is_drawn(trial) && trial.complete == complete)
      rows +=
          fmt::format("{} {}\n", axis.place(trial.settings.at(key)), 100 * trial.result->kept_val_accuracy);
  return rows;
}

std::string key_panel(const analysis::Sweep& sweep, const std::string& key, size_t index) {
  const KeyAxis axis(sweep, key);
  std::string script = axis.settings() + fmt::format("set xlabel {} noenhanced\n", gnuplot_string(key));
  std::vector<std::string> elements;
  const auto add = [&](const std::string& rows, const char* name, int shape) {
    if (rows.empty()) return;
    script += fmt::format("${}{} << END\n{}END\n", name, index, rows);
    elements.push_back(fmt::format("${}{} using 1:2 with points pt {} ps 0.9 lw 1.5 lc rgb '{}' notitle",
                                   name, index, shape, kPlotColours[0]));
  };
  add(rows_of(sweep, key, axis, true), "complete", 7);
  add(rows_of(sweep, key, axis, false), "given_up", 6);
  if (const analysis::SweepTrial* best = sweep.best())
    elements.push_back(fmt::format(
        "'+' every ::::0 using ({}):({}) with points pt 7 ps 1.5 lc rgb '{}' notitle",
        axis.place(best->settings.at(key)), 100 * best->result->kept_val_accuracy, kPlotColours[1]));
  return script + fmt::format("plot {}\n", fmt::join(elements, ", \\\n  "));
}

std::string curves_panel(const analysis::Sweep& sweep) {
  const analysis::SweepTrial* best = sweep.best();
  std::string script = "unset logscale x\nset xlabel 'epoch' enhanced\nset format x '%g'\n";
  std::vector<std::string> elements;
  int last = 1;
  for (const analysis::SweepTrial& trial : sweep.trials) {
    if (!is_drawn(trial)) continue;
    std::string rows;
    for (const run::EpochRecord& record : trial.history)
      rows += fmt::format("{} {}\n", record.epoch, 100 * record.val_accuracy);
    last = std::max(last, trial.history.back().epoch);
    script += fmt::format("$curve{} << END\n{}END\n", trial.number, rows);
    const bool is_best = &trial == best;
    const std::string element =
        fmt::format("$curve{} using 1:2 with linespoints pt 7 ps {} lw {} lc rgb '{}' notitle", trial.number,
                    is_best ? 0.5 : 0.3, is_best ? 2.5 : 1, is_best ? kPlotColours[1] : "#9DBFD6");
    elements.insert(is_best ? elements.end() : elements.begin(), element);
  }
  return script + fmt::format("set xrange [{}:{}]\nset xtics ({}) nomirror\nplot {}\n", 0.7, last + 0.3,
                              fmt::join(epoch_ticks(1, last), ", "), fmt::join(elements, ", \\\n  "));
}

std::vector<std::string> keys_of(const analysis::Sweep& sweep) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : sweep.trials.front().settings.items()) keys.push_back(key);
  return keys;
}

std::string common_settings(const analysis::Sweep& sweep) {
  std::vector<double> percents;
  for (const analysis::SweepTrial& trial : sweep.trials) {
    if (!is_drawn(trial)) continue;
    percents.push_back(100 * trial.result->kept_val_accuracy);
    for (const run::EpochRecord& record : trial.history) percents.push_back(100 * record.val_accuracy);
  }
  const Axis axis = percent_axis(percents);
  const analysis::SweepTrial* best = sweep.best();
  const bool given_up = std::ranges::any_of(
      sweep.trials, [](const analysis::SweepTrial& trial) { return is_drawn(trial) && !trial.complete; });
  std::string title = "Validation accuracy";
  if (best != nullptr)
    title +=
        fmt::format("; best is trial {} with {:.1f} %", best->number, 100 * best->result->kept_val_accuracy);
  if (given_up) title += "; open: given up early";
  return plot_frame() +
         fmt::format("set yrange [{}:{}]\nset ytics {}, {} nomirror\nset format y '%g %%'\n", axis.low,
                     axis.high, axis.low, axis.step) +
         fmt::format("headline = {}\n", gnuplot_string(title));
}

}  // namespace

void write_sweep_plot(const analysis::Sweep& sweep, const std::filesystem::path& png,
                      const std::filesystem::path& svg) {
  require(std::ranges::any_of(sweep.trials, is_drawn), "report.sweep", "no trial has an epoch to draw");
  const std::vector<std::string> keys = keys_of(sweep);
  const int panels = static_cast<int>(keys.size()) + 1;
  const int columns = panels == 4 ? 2 : std::min(panels, kMostColumns),
            rows = (panels + columns - 1) / columns;
  std::string script = common_settings(sweep);
  script += "set lmargin 8\nset rmargin 2\nset tmargin 1.5\nset bmargin 3.5\n";
  script += fmt::format("set multiplot layout {},{} title headline noenhanced font ',15'\n", rows, columns);
  for (size_t i = 0; i < keys.size(); ++i) script += key_panel(sweep, keys[i], i);
  script += curves_panel(sweep) + "unset multiplot\n";
  write_plot(script, {.width = 400 * columns, .height = 330 * rows + 40}, png, svg);
}

}  // namespace margay::plot
