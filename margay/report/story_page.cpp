// Lays out story.html.
#include "margay/report/story_page.h"

#include <fmt/format.h>

#include <cmath>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/shell_word.h"
#include "margay/report/comparison.h"
#include "margay/report/curves_figure.h"
#include "margay/report/network_table.h"
#include "margay/report/page.h"
#include "margay/report/page_script.h"
#include "margay/report/phrases.h"
#include "margay/report/story_text.h"

namespace margay::report {
namespace {

/// Numbers the steps as they come, because some are left out.
class StoryPage {
 public:
  explicit StoryPage(const Story& story) : story_(story) {}

  std::string html() {
    add_opening();
    add_data();
    add_network();
    add_first_training();
    if (story_.regularized) add_second_training();
    add_answers();
    add_next();
    add_footer();
    return page(story_title(story_), body_, kPageScript);
  }

 private:
  void add_step(std::string_view heading, const Markup& content) {
    body_ +=
        fill("<section>\n<h2><span class=\"step\">{{number}}</span>{{heading}}</h2>\n{{content}}</section>\n",
             {{"number", text(std::to_string(++steps_))}, {"heading", text(heading)}, {"content", content}});
  }

  void add_opening() {
    Markup outcome;
    for (const std::string& line : story_outcome(story_))
      outcome += fill("<li>{{line}}</li>\n", {{"line", text(line)}});
    body_ += fill(
        "<h1>{{title}}</h1>\n<p class=\"lead\">{{lead}}</p>\n{{command}}<div class=\"card\"><h3>In "
        "short</h3><ul>{{outcome}}</ul></div>\n",
        {{"title", text(story_title(story_))},
         {"lead", text(story_lead(story_))},
         {"command", command_block(story_.story_command)},
         {"outcome", outcome}});
  }

  void add_data() {
    add_step("Look at the pictures",
             command_block(story_.inspect_command) + paragraph(pictures_text(story_)) +
                 split_table(story_.classes, story_.splits) + skipped_block(story_.skipped) +
                 noted_block(story_.noted) + command_block(story_.show_command) +
                 picture_figure(story_.samples_png, "A row of training pictures with their classes",
                                "Some of the training pictures, exactly as the network gets them.") +
                 optional_paragraph(guessing_text(story_)));
    add_step("Turn pictures into numbers", paragraph(tensors_text(story_)) + paragraph(batches_text(story_)));
  }

  void add_network() {
    add_step("The network", command_block(story_.summary_command) + paragraph(network_text(story_)) +
                                network_table(story_.network));
    add_step("How it learns", paragraph(learning_text(story_)));
  }

  void add_first_training() {
    const StoryRun& run = story_.article;
    add_step("Train", command_block(run.command) + paragraph(training_text(run)) + history_table(run, false) +
                          folded_decisions(run));
    add_step("What the curves say",
             curves_figure(
                 {{run.recipe, run.history}},
                 "Training and validation, epoch by epoch. The large dot marks the best validation epoch.",
                 "first") +
                 paragraph(curves_text(story_)) + diagnosis_block(run.diagnosis));
  }

  void add_second_training() {
    const StoryRun& run = *story_.regularized;
    add_step("Show every picture differently each time",
             command_block(story_.augment_command) + paragraph(augmentation_text(story_)) +
                 picture_figure(story_.augmented_png, "One training picture in random variants",
                                "One training picture, and what the network may get instead. Validation "
                                "pictures are never varied."));
    if (story_.dropout > 0) add_step("Forget a part of it each time", paragraph(dropout_text(story_)));
    add_step("Train again", command_block(run.command) + paragraph(training_text(run)) +
                                history_table(run, true) + folded_decisions(run));
    Markup changes;
    for (const std::string& sentence : change_texts(story_)) changes += paragraph(sentence);
    add_step("What it changed",
             curves_figure({{story_.article.recipe, story_.article.history}, {run.recipe, run.history}},
                           "Both trainings in one plot: solid for training, dashed for validation. The large "
                           "dots, and the numbers above, are the best validation epochs.",
                           "both") +
                 comparison_table() + changes + diagnosis_block(run.diagnosis));
  }

  static Markup folded_decisions(const StoryRun& run) {
    return run.decisions.empty() ? Markup{}
                                 : details("What margay decided by itself", decisions_block(run.decisions));
  }
  static Markup history_table(const StoryRun& run, bool folded) {
    return run.history.empty() ? Markup{} : epoch_table(run.history, folded);
  }
  static Markup optional_paragraph(const std::string& plain) {
    return plain.empty() ? Markup{} : paragraph(plain);
  }

  std::vector<Markup> comparison_row(const StoryRun& run) const {
    const Outcome end = outcome_of(run.history, count_of(story_, "validation"));
    const bool validated = std::isfinite(end.validation);
    return {
        text(run.recipe), text(percent_1(end.training)), text(percent_1(end.validation)),
        text(validated ? fmt::format("{:.1f} to {:.1f} %", 100 * end.interval.low, 100 * end.interval.high)
                       : "–"),
        text(validated ? fmt::format("{:+.1f} points", 100 * end.gap()) : "–")};
  }

  Markup comparison_table() const {
    std::vector<std::vector<Markup>> rows;
    for (const StoryRun* run : {&story_.article, &*story_.regularized})
      if (!run->history.empty()) rows.push_back(comparison_row(*run));
    return table({"last epoch", "training", "validation", "95 % interval", "gap"}, rows);
  }

  Markup answer_figure(const StoryAnswer& answer) const {
    const std::string& truth = story_.classes.at(static_cast<size_t>(answer.truth));
    const std::string& said = story_.classes.at(static_cast<size_t>(answer.answer));
    const bool right = answer.truth == answer.answer;
    return fill(
        R"(<figure class="answer">{{picture}}<figcaption><span class="{{class}}">{{mark}} {{said}}</span>, {{sure}}{{truth}}</figcaption></figure>
)",
        {{"picture",
          inline_picture(answer.picture, fmt::format("Picture of class {}: {}", truth, answer.file))},
         {"class", Markup{right ? "good" : "bad"}},
         {"mark", Markup{right ? "&#10003;" : "&#10007;"}},
         {"said", text(said)},
         {"sure", text(certainty_text(answer.probability))},
         {"truth", right ? Markup{} : text(fmt::format(" — it shows {}", truth))}});
  }

  void add_answers() {
    if (story_.answers.empty()) return;
    Markup pictures;
    for (const StoryAnswer& answer : story_.answers) pictures += answer_figure(answer);
    add_step("Ask it", command_block(story_.predict_command) + paragraph(answers_text(story_)) +
                           fill("<div class=\"answers\">{{pictures}}</div>\n", {{"pictures", pictures}}));
  }

  void add_next() {
    const StoryRun& latest = story_.regularized ? *story_.regularized : story_.article;
    Markup content;
    if (!latest.diagnosis.findings.empty())
      content += paragraph("For this network: " + latest.diagnosis.primary().advice) +
                 command_block(latest.diagnosis.primary().command);
    content +=
        paragraph(
            "Far more accurate with few pictures: a network that has learned from a million others, of "
            "which only the last layer is fitted to yours. With the 2,000 cats and dogs of the article "
            "it gets 99.3 % of the validation pictures right, in about a minute.") +
        command_block(story_.transfer_command);
    content += paragraph("A recipe is a text file. Copy one, change it, train with it:") +
               command_block(fmt::format("margay recipe show {} > my.toml", shell_word(latest.recipe)));
    content += paragraph("And the same story with your own pictures, in a folder per class:") +
               command_block("margay story my-pictures");
    add_step("What next", content);
  }

  void add_footer() {
    body_ += fill(
        "<footer>{{made}}{{facts}}</footer>\n",
        {{"made", paragraph(fmt::format(
                      "Made by margay from {}{}.", story_.data_name,
                      story_.seconds > 0 ? fmt::format(" in {}", format_duration(story_.seconds)) : ""))},
         {"facts", story_.environment.empty()
                       ? Markup{}
                       : details("Machine and versions", facts_table(story_.environment))}});
  }

  const Story& story_;
  Markup body_;
  int steps_ = 0;
};

void check(const Story& story) {
  const auto known = [&](int index) {
    return index >= 0 && static_cast<size_t>(index) < story.classes.size();
  };
  require(!story.classes.empty(), "report.story", "a story needs classes");
  for (const SplitCounts& split : story.splits)
    require(split.counts.size() == story.classes.size(), "report.story",
            fmt::format("the split {} has counts for {} classes, not {}", split.name, split.counts.size(),
                        story.classes.size()));
  for (const StoryAnswer& answer : story.answers)
    require(known(answer.truth) && known(answer.answer), "report.story",
            "an answer names a class that the story does not have");
}

}  // namespace

void write_story(const std::filesystem::path& path, const Story& story) {
  check(story);
  write_file_atomically(path, StoryPage(story).html());
}

}  // namespace margay::report
