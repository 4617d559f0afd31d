// Lays out report.html.
#include "margay/report/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/core/atomic_file.h"
#include "margay/report/confusion.h"
#include "margay/report/curves_figure.h"
#include "margay/report/network_table.h"
#include "margay/report/page.h"
#include "margay/report/page_script.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.page";

std::string interval_note(const Json& evaluation) {
  const auto bounds = json_value<std::vector<double>>(evaluation, "accuracy_interval", kWhere);
  require<FormatError>(bounds.size() == 2, kWhere, "the interval of the accuracy does not have two bounds");
  return fmt::format("95 %: {:.1f} to {:.1f} %", 100 * bounds[0], 100 * bounds[1]);
}

std::string measured_pictures(const RunReport& report) {
  const std::string& split = report.evaluated_split;
  return counted(json_value<int64_t>(report.evaluation, "count", kWhere),
                 split == "all" ? "picture" : split + " picture");
}

Markup measured_tile(const RunReport& report) {
  if (!report.evaluation.is_null())
    return tile(report.history.empty() ? "Accuracy" : "Validation accuracy",
                percent_1(json_value<double>(report.evaluation, "accuracy", kWhere)),
                interval_note(report.evaluation));
  const double last = report.history.back().val_accuracy;
  return tile("Validation accuracy", percent_1(last),
              std::isnan(last) ? "no validation pictures" : "last epoch");
}

Markup training_tiles(const RunReport& report) {
  const run::History& history = report.history;
  if (history.empty()) return {};
  double seconds = 0, images = 0;
  for (const run::EpochRecord& record : history)
    seconds += record.seconds, images += record.seconds * record.images_per_second;
  const Markup length = report.fitted_at_once ? tile("Training", format_duration(seconds),
                                                     "features of all pictures, then the last layer")
                                              : tile("Epochs", grouped(static_cast<int64_t>(history.size())),
                                                     format_duration(seconds) + " of training");
  return tile("Training accuracy", percent_1(history.back().accuracy),
              report.fitted_at_once ? "of the fitted layer" : "last epoch") +
         length +
         tile("Speed", seconds > 0 ? fmt::format("{:.0f}", images / seconds) : "–", "pictures a second");
}

/// Of an evaluation that stands alone.
Markup evaluation_tiles(const RunReport& report) {
  if (!report.history.empty()) return {};
  return tile("Pictures", grouped(json_value<int64_t>(report.evaluation, "count", kWhere)),
              report.evaluated_split == "all" ? "" : "of the split " + report.evaluated_split) +
         tile("Loss", decimal_3(json_value<double>(report.evaluation, "loss", kWhere)), "mean cross-entropy");
}

Markup key_numbers(const RunReport& report) {
  if (report.history.empty() && report.evaluation.is_null()) return {};
  return tiles(measured_tile(report) + training_tiles(report) + evaluation_tiles(report));
}

Markup evaluation_section(const RunReport& report) {
  if (report.evaluation.is_null()) return {};
  const std::string weights = report.evaluated_model.empty() ? "" : " with the " + report.evaluated_model;
  Markup notes;
  for (const std::string& note : report.evaluation_notes) notes += paragraph(note);
  return paragraph(fmt::format("Measured on {}{}: loss {}.", measured_pictures(report), weights,
                               decimal_3(json_value<double>(report.evaluation, "loss", kWhere)))) +
         notes + evaluation_block(report.evaluation, report.pictures ? &*report.pictures : nullptr);
}

Markup mistakes_section(const RunReport& report) {
  if (report.evaluation.is_null() || !report.pictures) return {};
  return mistakes_block(*report.pictures, class_names_of(report.evaluation));
}

Markup augmented_figure(const RunReport& report) {
  if (report.augmented_mixes)
    return picture_figure(report.augmented_png, "Training pictures and what they become, mixed in pairs",
                          "Training pictures, and below each what augmentation makes of it: changed, and "
                          "mixed with another one of its batch, anew in every epoch. Validation pictures "
                          "are never varied.");
  return picture_figure(report.augmented_png, "One training picture in random variants",
                        "One training picture as augmentation varies it, anew in every epoch. Validation "
                        "pictures are never varied.");
}

Markup pictures_section(const RunReport& report) {
  const Markup counts = report.splits.empty() ? Markup{} : split_table(report.classes, report.splits);
  return counts +
         picture_figure(report.samples_png, "Training pictures with their classes",
                        "Training pictures, exactly as the network gets them.") +
         augmented_figure(report);
}

Markup repeat_section(const RunReport& report) {
  Markup content;
  if (!report.repeat_command.empty())
    content += paragraph(
                   "The same pictures in the same split, with everything that was decided. With the same "
                   "version of the program and of its libraries, the same kind of processor and as many "
                   "threads, the weights come out the same.") +
               command_block(report.repeat_command);
  if (!report.repeat_note.empty()) content += paragraph(report.repeat_note);
  if (!report.evaluate_command.empty())
    content +=
        paragraph("To measure it on these validation pictures:") + command_block(report.evaluate_command);
  if (!report.decided.empty()) content += facts_table(report.decided);
  if (!report.config_toml.empty())
    content += details("Configuration, everything decided", preformatted(report.config_toml));
  if (!report.environment.empty())
    content += details("Machine and versions", facts_table(report.environment));
  return content;
}

Markup next_steps_section(const RunReport& report) {
  Markup content;
  for (const NextStep& step : report.next_steps)
    content += paragraph(step.text) + command_block(step.command);
  return content;
}

Markup curves_section(const RunReport& report) {
  const char* caption =
      report.fitted_at_once
          ? "The last layer was fitted at once, to what the frozen layers before it see in the training "
            "pictures: there is one point instead of a curve, and both values are of the finished network."
          : "Training and validation, epoch by epoch. Training values are means over an epoch, while the "
            "network changes.";
  return section(report.fitted_at_once ? "Training and validation" : "Curves",
                 curves_figure({{report.title, report.history}}, caption, "run"));
}

Markup body_of(const RunReport& report) {
  Markup body = fill("<h1>{{title}}</h1>\n", {{"title", text(report.title)}});
  body += command_block(report.command);
  body += key_numbers(report);
  body += section("Diagnosis", diagnosis_block(report.diagnosis));
  body += section("What next", next_steps_section(report));
  body += curves_section(report);
  body += section("Class by class", evaluation_section(report));
  body += section("Mistakes", mistakes_section(report));
  body += section("Training pictures", pictures_section(report));
  body += section("Network", network_table(report.network));
  if (!report.history.empty()) body += section("Epochs", epoch_table(report.history));
  body += section("Left out", skipped_block(report.skipped));
  body += section("Used with a note", noted_block(report.noted));
  body += section("Decided by margay", decisions_block(report.decisions));
  body +=
      section(report.repeat_command.empty() ? "How it was made" : "How to repeat it", repeat_section(report));
  return body;
}

/// Verdicts name classes by number.
void check(const RunReport& report) {
  if (report.evaluation.is_null() || !report.pictures) return;
  const auto classes = static_cast<int>(class_names_of(report.evaluation).size());
  for (const Verdict& verdict : report.pictures->verdicts)
    require(std::min(verdict.truth, verdict.said) >= 0 && std::max(verdict.truth, verdict.said) < classes,
            kWhere,
            fmt::format("a verdict on picture {} names a class that was not evaluated", verdict.picture));
}

}  // namespace

void write_report(const std::filesystem::path& path, const RunReport& report) {
  check(report);
  write_file_atomically(path, page(report.title, body_of(report), kPageScript));
}

}  // namespace margay::report
