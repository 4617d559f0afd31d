// Lays out story.html.
#include "margay/pages/story_page.h"

#include <fmt/format.h>

#include <cmath>

#include "margay/analysis/comparison.h"
#include "margay/analysis/story.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/pages/curves_figure.h"
#include "margay/pages/network_table.h"
#include "margay/pages/page.h"
#include "margay/pages/page_script.h"
#include "margay/pages/split_table.h"
#include "margay/text/finding_text.h"
#include "margay/text/phrases.h"
#include "margay/text/story_text.h"

namespace margay::pages {
namespace {

/// Numbers the steps as they come, because some are left out.
class StoryPage {
 public:
  StoryPage(const analysis::Story& story, const text::Wording& wording)
      : story_(story), wording_(wording), words_(wording.language()), told_(story, wording.language()) {}

  std::string html() {
    add_opening();
    add_data();
    add_network();
    add_first_training();
    if (story_.regularized) add_second_training();
    add_answers();
    add_next();
    add_footer();
    return page(told_.title(), body_, kPageScript, words_.language());
  }

 private:
  void add_step(std::string_view heading, const Markup& content) {
    body_ += fill(
        "<section>\n<h2><span class=\"step\">{{number}}</span>{{heading}}</h2>\n{{content}}</section>\n",
        {{"number", escaped(std::to_string(++steps_))}, {"heading", escaped(heading)}, {"content", content}});
  }

  void add_opening() {
    Markup outcome;
    for (const std::string& line : told_.outcome())
      outcome += fill("<li>{{line}}</li>\n", {{"line", escaped(line)}});
    body_ += fill(
        "<h1>{{title}}</h1>\n<p class=\"lead\">{{lead}}</p>\n{{command}}<div "
        "class=\"card\"><h3>{{short}}</h3>"
        "<ul>{{outcome}}</ul></div>\n",
        {{"title", escaped(told_.title())},
         {"lead", escaped(told_.lead())},
         {"short", escaped(words_.in_short())},
         {"command", command_block(story_.story_command)},
         {"outcome", outcome}});
  }

  void add_data() {
    add_step(words_.look_at_pictures(),
             command_block(story_.inspect_command) + paragraph(told_.pictures()) +
                 split_table(story_.classes, story_.splits, words_) + skipped_block(story_.skipped, words_) +
                 noted_block(story_.noted, words_) + command_block(story_.show_command) +
                 picture_figure(story_.samples_png, words_.row_alternative(), words_.row_caption()) +
                 optional_paragraph(told_.guessing()));
    add_step(words_.pictures_to_numbers(), paragraph(told_.tensors()) + paragraph(told_.batches()));
  }

  void add_network() {
    add_step(words_.the_network(), command_block(story_.summary_command) + paragraph(told_.network()) +
                                       (story_.network ? network_table(*story_.network, words_) : Markup{}));
    add_step(words_.how_it_learns(), paragraph(told_.learning()));
  }

  void add_first_training() {
    const analysis::StoryRun& run = story_.article;
    add_step(words_.train(), command_block(run.command) + paragraph(told_.training(run)) +
                                 history_table(run, false) + folded_decisions(run));
    add_step(words_.what_curves_say(),
             curves_figure({{run.recipe, run.history}}, words_.first_curves_caption(), "first", words_) +
                 paragraph(told_.curves()) + diagnosis_block(run.diagnosis, wording_));
  }

  void add_second_training() {
    const analysis::StoryRun& run = *story_.regularized;
    add_step(words_.show_differently(),
             command_block(story_.augment_command) + paragraph(told_.augmentation()) +
                 picture_figure(story_.augmented_png, words_.variants_alternative(),
                                words_.story_variants_caption()));
    if (story_.dropout > 0) add_step(words_.forget_a_part(), paragraph(told_.dropout()));
    add_step(words_.train_again(), command_block(run.command) + paragraph(told_.training(run)) +
                                       history_table(run, true) + folded_decisions(run));
    Markup changes;
    for (const std::string& sentence : told_.changes()) changes += paragraph(sentence);
    add_step(words_.what_it_changed(),
             curves_figure({{story_.article.recipe, story_.article.history}, {run.recipe, run.history}},
                           words_.both_curves_caption(), "both", words_) +
                 comparison_table() + changes + diagnosis_block(run.diagnosis, wording_));
  }

  Markup folded_decisions(const analysis::StoryRun& run) const {
    return run.decisions.empty()
               ? Markup{}
               : details(words_.decided_by_itself(), decisions_block(run.decisions, wording_));
  }
  Markup history_table(const analysis::StoryRun& run, bool folded) const {
    return run.history.empty() ? Markup{} : epoch_table(run.history, folded, words_);
  }
  static Markup optional_paragraph(const std::string& plain) {
    return plain.empty() ? Markup{} : paragraph(plain);
  }

  std::vector<Markup> comparison_row(const analysis::StoryRun& run) const {
    const analysis::Outcome end = analysis::outcome_of(run.history, told_.count_of("validation"));
    const bool validated = std::isfinite(end.validation);
    return {escaped(run.recipe), escaped(text::percent_1(end.training)),
            escaped(text::percent_1(end.validation)),
            escaped(validated ? words_.interval_cell(end.interval.low, end.interval.high) : "–"),
            escaped(validated ? words_.gap_cell(end.gap()) : "–")};
  }

  Markup comparison_table() const {
    std::vector<std::vector<Markup>> rows;
    for (const analysis::StoryRun* run : {&story_.article, &*story_.regularized})
      if (!run->history.empty()) rows.push_back(comparison_row(*run));
    return table(words_.comparison_columns(), rows);
  }

  Markup answer_figure(const analysis::StoryAnswer& answer) const {
    const std::string& truth = story_.classes.at(static_cast<size_t>(answer.truth));
    const std::string& said = story_.classes.at(static_cast<size_t>(answer.answer));
    const bool right = answer.truth == answer.answer;
    return fill(
        R"(<figure class="answer">{{picture}}<figcaption><span class="{{class}}">{{mark}} {{said}}</span>, {{sure}}{{truth}}</figcaption></figure>
)",
        {{"picture", inline_picture(answer.picture, words_.picture_of_class(truth, answer.file))},
         {"class", Markup{right ? "good" : "bad"}},
         {"mark", Markup{right ? "&#10003;" : "&#10007;"}},
         {"said", escaped(said)},
         {"sure", escaped(text::certainty_text(answer.probability, words_.language()))},
         {"truth", right ? Markup{} : escaped(words_.it_shows(truth))}});
  }

  void add_answers() {
    if (story_.answers.empty()) return;
    Markup pictures;
    for (const analysis::StoryAnswer& answer : story_.answers) pictures += answer_figure(answer);
    add_step(words_.ask_it(),
             command_block(story_.predict_command) + paragraph(told_.answers()) +
                 fill("<div class=\"answers\">{{pictures}}</div>\n", {{"pictures", pictures}}));
  }

  void add_next() {
    const analysis::StoryRun& latest = story_.regularized ? *story_.regularized : story_.article;
    Markup content;
    if (!latest.diagnosis.findings.empty())
      content += paragraph(words_.for_this_network(text::advice_text(latest.diagnosis.primary(), wording_))) +
                 command_block(wording_.command(latest.diagnosis.primary().action));
    content += paragraph(words_.pretrained_lead()) + command_block(story_.transfer_command);
    content += paragraph(words_.copy_a_recipe()) +
               command_block(
                   wording_.command({.kind = analysis::Action::Kind::copy_recipe, .recipe = latest.recipe}));
    content += paragraph(words_.your_own_pictures()) +
               command_block(wording_.command({.kind = analysis::Action::Kind::tell_story}));
    add_step(words_.what_next(), content);
  }

  void add_footer() {
    body_ += fill(
        "<footer>{{made}}{{facts}}</footer>\n",
        {{"made", paragraph(words_.made_by(story_.data_name,
                                           story_.seconds > 0 ? words_.in_time(story_.seconds) : ""))},
         {"facts", story_.environment.empty() ? Markup{}
                                              : details(words_.machine(), facts_table(story_.environment))}});
  }

  const analysis::Story& story_;
  const text::Wording& wording_;
  text::PageText words_;
  text::StoryText told_;
  Markup body_;
  int steps_ = 0;
};

void check(const analysis::Story& story) {
  const auto known = [&](int index) {
    return index >= 0 && static_cast<size_t>(index) < story.classes.size();
  };
  require(!story.classes.empty(), "report.story", "a story needs classes");
  for (const analysis::SplitCounts& split : story.splits)
    require(split.counts.size() == story.classes.size(), "report.story",
            fmt::format("the split {} has counts for {} classes, not {}", split.name, split.counts.size(),
                        story.classes.size()));
  for (const analysis::StoryAnswer& answer : story.answers)
    require(known(answer.truth) && known(answer.answer), "report.story",
            "an answer names a class that the story does not have");
}

}  // namespace

void write_story(const std::filesystem::path& path, const analysis::Story& story,
                 const text::Wording& wording) {
  check(story);
  write_file_atomically(path, StoryPage(story, wording).html());
}

}  // namespace margay::pages
