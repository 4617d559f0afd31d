// Lays out report.html.
#include "margay/pages/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/core/atomic_file.h"
#include "margay/pages/confusion.h"
#include "margay/pages/curves_figure.h"
#include "margay/pages/network_table.h"
#include "margay/pages/page.h"
#include "margay/pages/page_script.h"
#include "margay/text/next_step_text.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

constexpr const char* kWhere = "report.page";

/// Lays out one report in one language.
class ReportHtml {
 public:
  ReportHtml(const RunReport& report, const text::Wording& wording)
      : report_(report), wording_(wording), words_(wording.language()) {}

  Markup body() const {
    Markup body = fill("<h1>{{title}}</h1>\n", {{"title", escaped(report_.title)}});
    body += command_block(report_.command);
    body += key_numbers();
    body += section(words_.diagnosis(), diagnosis_block(report_.diagnosis, wording_));
    body += section(words_.what_next(), next_steps());
    body += curves();
    body += section(words_.class_by_class(), evaluation());
    body += section(words_.mistakes(), mistakes());
    body += section(words_.training_pictures(), pictures());
    body += section(words_.network(), report_.network ? network_table(*report_.network, words_) : Markup{});
    if (!report_.history.empty())
      body += section(words_.epochs(), epoch_table(report_.history, false, words_));
    body += section(words_.left_out(), skipped_block(report_.skipped, words_));
    body += section(words_.with_a_note(), noted_block(report_.noted, words_));
    body += section(words_.decided(), decisions_block(report_.decisions, wording_));
    body +=
        section(report_.repeat_command.empty() ? words_.how_made() : words_.how_to_repeat(), repetition());
    return body;
  }

 private:
  std::string interval_note() const {
    const auto& [low, high] = report_.evaluation->accuracy_interval;
    return words_.interval(low, high);
  }

  Markup measured_tile() const {
    if (report_.evaluation)
      return tile(report_.history.empty() ? words_.accuracy() : words_.validation_accuracy(),
                  text::percent_1(report_.evaluation->accuracy), interval_note());
    const double last = report_.history.back().val_accuracy;
    return tile(words_.validation_accuracy(), text::percent_1(last),
                std::isnan(last) ? words_.no_validation_pictures() : words_.last_epoch());
  }

  Markup training_tiles() const {
    const run::History& history = report_.history;
    if (history.empty()) return {};
    double seconds = 0, images = 0;
    for (const run::EpochRecord& record : history)
      seconds += record.seconds, images += record.seconds * record.images_per_second;
    const Markup length = report_.fitted_at_once
                              ? tile(words_.training(), text::duration_text(words_.language(), seconds),
                                     words_.features_then_layer())
                              : tile(words_.epochs(), grouped(static_cast<int64_t>(history.size())),
                                     words_.of_training(seconds));
    return tile(words_.training_accuracy(), text::percent_1(history.back().accuracy),
                report_.fitted_at_once ? words_.of_fitted_layer() : words_.last_epoch()) +
           length +
           tile(words_.speed(), seconds > 0 ? fmt::format("{:.0f}", images / seconds) : "–",
                words_.pictures_a_second());
  }

  /// Of an evaluation that stands alone.
  Markup evaluation_tiles() const {
    if (!report_.history.empty()) return {};
    return tile(words_.pictures_tile(), grouped(report_.evaluation->count),
                words_.of_split(report_.evaluated_split)) +
           tile(words_.loss(), text::decimal_3(report_.evaluation->loss), words_.mean_cross_entropy());
  }

  Markup key_numbers() const {
    if (report_.history.empty() && !report_.evaluation) return {};
    return tiles(measured_tile() + training_tiles() + evaluation_tiles());
  }

  Markup evaluation() const {
    if (!report_.evaluation) return {};
    const std::string weights =
        report_.evaluated_model.empty() ? "" : words_.with_weights(report_.evaluated_model);
    Markup notes;
    for (const std::string& note : report_.evaluation_notes) notes += paragraph(note);
    return paragraph(
               words_.measured_on(words_.pictures_of(report_.evaluated_split, report_.evaluation->count),
                                  weights, text::decimal_3(report_.evaluation->loss))) +
           notes +
           evaluation_block(*report_.evaluation, report_.pictures ? &*report_.pictures : nullptr, words_);
  }

  Markup mistakes() const {
    if (!report_.evaluation || !report_.pictures) return {};
    return mistakes_block(*report_.pictures, class_names_of(*report_.evaluation), words_);
  }

  Markup augmented_figure() const {
    return report_.augmented_mixes
               ? picture_figure(report_.augmented_png, words_.mixed_alternative(), words_.mixed_caption())
               : picture_figure(report_.augmented_png, words_.variants_alternative(),
                                words_.variants_caption());
  }

  Markup pictures() const {
    const Markup counts =
        report_.splits.empty() ? Markup{} : split_table(report_.classes, report_.splits, words_);
    return counts +
           picture_figure(report_.samples_png, words_.samples_alternative(), words_.samples_caption()) +
           augmented_figure();
  }

  Markup repetition() const {
    Markup content;
    if (!report_.repeat_command.empty())
      content += paragraph(words_.same_weights()) + command_block(report_.repeat_command);
    if (!report_.repeat_note.empty()) content += paragraph(report_.repeat_note);
    if (!report_.evaluate_command.empty())
      content += paragraph(words_.to_measure()) + command_block(report_.evaluate_command);
    if (!report_.decided.empty()) content += facts_table(report_.decided);
    if (!report_.config_toml.empty())
      content += details(words_.configuration(), preformatted(report_.config_toml));
    if (!report_.environment.empty()) content += details(words_.machine(), facts_table(report_.environment));
    return content;
  }

  Markup next_steps() const {
    Markup content;
    for (const analysis::NextStep& step : report_.next_steps)
      content += paragraph(text::step_text(step, wording_)) + command_block(wording_.command(step.action));
    return content;
  }

  Markup curves() const {
    return section(
        report_.fitted_at_once ? words_.training_and_validation() : words_.curves(),
        curves_figure({{report_.title, report_.history}},
                      report_.fitted_at_once ? words_.one_point_caption() : words_.curves_caption(), "run",
                      words_));
  }

  const RunReport& report_;
  const text::Wording& wording_;
  text::PageText words_;
};

/// Verdicts name classes by number.
void check(const RunReport& report) {
  if (!report.evaluation || !report.pictures) return;
  const auto classes = static_cast<int>(class_names_of(*report.evaluation).size());
  for (const analysis::Verdict& verdict : report.pictures->verdicts)
    require(std::min(verdict.truth, verdict.said) >= 0 && std::max(verdict.truth, verdict.said) < classes,
            kWhere,
            fmt::format("a verdict on picture {} names a class that was not evaluated", verdict.picture));
}

}  // namespace

void write_report(const std::filesystem::path& path, const RunReport& report, const text::Wording& wording) {
  check(report);
  write_file_atomically(
      path, page(report.title, ReportHtml(report, wording).body(), kPageScript, wording.language()));
}

}  // namespace margay::pages
