// Puts columns that belong together into panels.
#include "margay/pages/curves_figure.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "margay/pages/page.h"
#include "margay/plot/axis.h"
#include "margay/text/curves_words.h"

namespace margay::pages {
namespace {

using Value = std::function<double(const run::EpochRecord&)>;

Json six_digits(double value) {
  return std::isfinite(value) ? Json(std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr)) : Json();
}

Value further_column(const std::string& name) {
  return [name](const run::EpochRecord& record) {
    for (const auto& [other, value] : record.others)
      if (other == name) return value;
    return std::nan("");
  };
}

/// "images_per_second" as "Images per second".
std::string title_of(std::string name) {
  for (char& letter : name)
    if (letter == '_') letter = ' ';
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

/// Collects the lines of one panel.
class PanelData {
 public:
  PanelData(const std::vector<plot::Curve>& runs, std::string name, bool percent)
      : runs_(runs), name_(std::move(name)), percent_(percent) {}

  /// A line for each run that has a finite value; `split` may be null.
  void add(const Json& split, const Value& value) {
    for (size_t run = 0; run < runs_.size(); ++run) {
      Json values = Json::array();
      bool any = false;
      for (const run::EpochRecord& record : runs_[run].history) {
        const double scaled = value(record) * (percent_ ? 100 : 1);
        any |= std::isfinite(scaled);
        values.push_back(six_digits(scaled));
        numbers_.push_back(scaled);
      }
      if (any) lines_.push_back({{"run", run}, {"split", split}, {"values", std::move(values)}});
    }
  }

  /// `best` is "highest", "lowest" or null; without an axis the page chooses one.
  Json data(const Json& best = nullptr, const std::optional<plot::Axis>& axis = std::nullopt) const {
    Json range;
    if (axis) range = {six_digits(axis->low), six_digits(axis->high), six_digits(axis->step)};
    return {
        {"name", name_}, {"unit", percent_ ? "%" : ""}, {"best", best}, {"axis", range}, {"lines", lines_}};
  }
  const std::vector<double>& numbers() const { return numbers_; }
  bool empty() const { return lines_.empty(); }

 private:
  const std::vector<plot::Curve>& runs_;
  std::string name_;
  bool percent_;
  std::vector<double> numbers_;
  Json lines_ = Json::array();
};

/// A panel for each further column, where `x` and `val_x` share one.
void add_further_panels(const std::vector<plot::Curve>& runs, Json& panels, const text::PageText& words) {
  const std::string prefix = "val_";
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const plot::Curve& run : runs)
    if (!run.history.empty())
      for (const auto& [name, value] : run.history.front().others)
        if (known.insert(name).second) names.push_back(name);
  for (const std::string& name : names) {
    const bool validation = name.starts_with(prefix), paired = known.contains(prefix + name);
    const std::string base = validation ? name.substr(prefix.size()) : name;
    if (validation && known.contains(base)) continue;  // drawn with the training's
    PanelData panel(runs, words.column(title_of(base)), base.find("accuracy") != std::string::npos);
    if (!validation) panel.add(paired ? Json("training") : Json(), further_column(name));
    if (validation || paired) panel.add("validation", further_column(prefix + base));
    if (!panel.empty()) panels.push_back(panel.data());
  }
}

Json panels_of(const std::vector<plot::Curve>& runs, const text::PageText& words) {
  PanelData accuracy(runs, words.accuracy(), true), loss(runs, words.loss(), false);
  accuracy.add("training", &run::EpochRecord::accuracy);
  accuracy.add("validation", &run::EpochRecord::val_accuracy);
  loss.add("training", &run::EpochRecord::loss);
  loss.add("validation", &run::EpochRecord::val_loss);
  Json panels{
      accuracy.data("highest", plot::percent_axis(accuracy.numbers())),
      loss.data("lowest", plot::loss_axis(loss.numbers(), plot::named_values(runs, plot::Panel::loss)))};
  add_further_panels(runs, panels, words);
  PanelData rate(runs, words.learning_rate(), false), speed(runs, words.images_per_second(), false),
      seconds(runs, words.seconds(), false);
  rate.add(nullptr, &run::EpochRecord::learning_rate);
  speed.add(nullptr, &run::EpochRecord::images_per_second);
  seconds.add(nullptr, &run::EpochRecord::seconds);
  for (const PanelData* panel : {&rate, &speed, &seconds})
    if (!panel->empty()) panels.push_back(panel->data());
  return panels;
}

Markup drawing(const std::vector<plot::Curve>& runs, plot::Panel panel, std::string_view prefix,
               const text::PageText& words) {
  const bool accuracy = panel == plot::Panel::accuracy;
  const std::string ids = fmt::format("{}{}", prefix, accuracy ? 'a' : 'l');
  return plot_card([&] { return plot::panel_svg(runs, panel, ids, words.language()); },
                   words.by_epoch(accuracy ? words.accuracy() : words.loss()), words);
}

}  // namespace

Json curves_data(const std::vector<plot::Curve>& runs, const text::PageText& words) {
  Json names = Json::array(), epochs = Json::array(), said = Json::object();
  for (const auto& [name, word] : text::words_of_curves(words.language())) said[name] = word;
  for (const plot::Curve& run : runs) {
    names.push_back(run.name);
    Json& of_run = epochs.emplace_back(Json::array());
    for (const run::EpochRecord& record : run.history) of_run.push_back(record.epoch);
  }
  return {{"runs", names}, {"epochs", epochs}, {"panels", panels_of(runs, words)}, {"words", said}};
}

Markup curves_figure(const std::vector<plot::Curve>& runs, std::string_view caption, std::string_view prefix,
                     const text::PageText& words) {
  std::vector<plot::Curve> drawn;
  for (const plot::Curve& run : runs)
    if (!run.history.empty()) drawn.push_back(run);
  if (drawn.empty()) return {};
  return fill(
      R"(<figure class="curves" data-curves="{{data}}"><div class="plots still">{{accuracy}}{{loss}}</div><figcaption>{{caption}}</figcaption></figure>
)",
      {{"data", escaped(format_json(curves_data(drawn, words)))},
       {"accuracy", drawing(drawn, plot::Panel::accuracy, prefix, words)},
       {"loss", drawing(drawn, plot::Panel::loss, prefix, words)},
       {"caption", escaped(caption)}});
}

}  // namespace margay::pages
