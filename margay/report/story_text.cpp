// Writes the sentences of the story.
#include "margay/report/story_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "margay/report/comparison.h"
#include "margay/report/phrases.h"

namespace margay::report {
namespace {

int64_t sum(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

const SplitCounts* find_split(const Story& story, std::string_view name) {
  const auto found = std::ranges::find(story.splits, name, &SplitCounts::name);
  return found == story.splits.end() ? nullptr : &*found;
}

int64_t all_pictures(const Story& story) {
  int64_t total = 0;
  for (const SplitCounts& split : story.splits) total += sum(split.counts);
  return total;
}

Condition condition_of(const StoryRun& run) {
  return run.diagnosis.findings.empty() ? Condition::healthy : run.diagnosis.primary().condition;
}

bool validated(const run::History& history) {
  return !history.empty() && std::isfinite(history.back().val_accuracy);
}

std::string points(double share) {
  const std::string amount = fmt::format("{:.1f}", 100 * std::abs(share));
  return amount + (amount == "1.0" ? " point" : " points");
}

/// Whether the model has another number than the last epoch, which was measured while training: with other
/// weights, or with fewer digits.
bool differs(const StoryRun& run) {
  return validated(run.history) && std::isfinite(run.model_accuracy) &&
         percent_1(run.model_accuracy) != percent_1(run.history.back().val_accuracy);
}

std::string end_text(const StoryRun& run, int64_t validation_count) {
  if (run.history.empty()) return fmt::format("{}: no epoch was finished.", run.recipe);
  const Outcome end = outcome_of(run.history, validation_count);
  if (!validated(run.history))
    return fmt::format("{}: {} of the training pictures right in the last epoch.", run.recipe,
                       percent_1(end.training));
  return fmt::format(
      "{}: in the last epoch {} of the training pictures right and {} of the validation pictures{}.",
      run.recipe, percent_1(end.training), percent_1(end.validation),
      differs(run) ? fmt::format("; the model, measured at the end, gets {} of those right",
                                 percent_1(run.model_accuracy))
                   : "");
}

std::string gap_change_text(const Outcome& before, const Outcome& after) {
  const double was = before.gap(), is = after.gap();
  if (is < 0 && was < 0)
    return fmt::format("Validation was ahead of training by {} before, and is ahead by {} now.", points(was),
                       points(is));
  if (is < 0)
    return fmt::format(
        "The gap between training and validation was {}; now validation is even ahead, by {}. That is no "
        "mistake: only training pictures are varied, and dropout is active only in training.",
        points(was), points(is));
  if (was < 0)
    return fmt::format("Validation was ahead of training by {}; now training is ahead by {}.", points(was),
                       points(is));
  if (points(is) == points(was))
    return fmt::format("The gap between training and validation is {} as before.", points(is));
  const char* verb = is < was ? "shrank" : "grew";
  return fmt::format("The gap between training and validation {} from {} to {}.", verb, points(was),
                     points(is));
}

std::string validation_change_text(const Outcome& before, const Outcome& after, int64_t count) {
  const double difference = after.validation - before.validation;
  const std::string change =
      difference == 0
          ? fmt::format("Validation accuracy is {} as before", percent_1(after.validation))
          : fmt::format("Validation accuracy {} by {}, from {} to {}", difference > 0 ? "rose" : "fell",
                        points(difference), percent_1(before.validation), percent_1(after.validation));
  if (count == 0 || difference == 0) return change + ".";
  const double noise = noise_of_difference(before, after, count);
  const std::string pictures = counted(count, "validation picture");
  if (std::abs(difference) <= noise)
    return fmt::format("{}. That is within the noise: with {}, two equally good networks may differ by ±{}.",
                       change, pictures, points(noise));
  return fmt::format("{}. That is more than the ±{} that chance alone explains with {}.", change,
                     points(noise), pictures);
}

std::string second_run_text(const StoryRun& run) {
  switch (condition_of(run)) {
    case Condition::still_improving:
      return "It has not finished learning: pictures that are made harder take longer to learn, and more "
             "epochs "
             "will help.";
    case Condition::overfitting:
      return "It still memorises. More pictures would help most.";
    case Condition::underfitting:
      return "Now it is held back too much: weaker augmentation or a larger network is the next thing to "
             "try.";
    case Condition::stuck_at_chance:
    case Condition::rate_too_low:
      return "It has not started to learn within these epochs.";
    case Condition::rate_too_high:
    case Condition::unstable:
      return "Its steps are too large: a lower learning rate is the next thing to try.";
    default:
      return "";
  }
}

/// Share of the most frequent class in a split.
double majority(const SplitCounts& split) {
  const int64_t total = sum(split.counts);
  return total > 0 ? static_cast<double>(*std::ranges::max_element(split.counts)) / static_cast<double>(total)
                   : 0;
}

}  // namespace

int64_t count_of(const Story& story, std::string_view split) {
  const SplitCounts* found = find_split(story, split);
  return found ? sum(found->counts) : 0;
}

std::string story_title(const Story& story) {
  if (story.classes.size() <= 3)
    return fmt::format("How a network learned to tell {} apart", joined(story.classes));
  return fmt::format("How a network learned to tell {} kinds of pictures apart", story.classes.size());
}

std::string story_lead(const Story& story) {
  return fmt::format(
      "{} of {}, and a network that knew nothing about them. This page follows it from the folder of "
      "pictures to its answers, step by step, with the command for each step. All numbers and pictures come "
      "from "
      "this very run.",
      counted(all_pictures(story), "picture"), joined(story.classes));
}

std::vector<std::string> story_outcome(const Story& story) {
  const int64_t count = count_of(story, "validation");
  std::vector<std::string> lines{end_text(story.article, count)};
  if (!story.article.diagnosis.findings.empty()) {
    const Finding& finding = story.article.diagnosis.primary();
    lines.push_back(
        fmt::format("Diagnosis: {}. Evidence: {}.", name_of(finding.condition), finding.evidence));
  }
  if (!story.regularized) return lines;
  lines.push_back(end_text(*story.regularized, count));
  for (const std::string& sentence : change_texts(story)) lines.push_back(sentence);
  return lines;
}

std::string pictures_text(const Story& story) {
  std::string text = fmt::format(
      "A folder per class is all it takes: the name of the folder says what its pictures show. Here the "
      "classes are {}. ",
      joined(story.classes, 20));
  text += find_split(story, "validation")
              ? "The network learns from the training pictures alone. The validation pictures are held back, "
                "to see how it does on pictures that it has never seen."
              : "There are no validation pictures, so nothing can say how the network does on pictures that "
                "it has never seen.";
  if (story.ignored_files > 0)
    text += story.ignored_files == 1 ? " 1 file was left out because it is not a picture."
                                     : fmt::format(" {} files were left out because they are not pictures.",
                                                   grouped(story.ignored_files));
  return text;
}

std::string guessing_text(const Story& story) {
  const SplitCounts* split = find_split(story, "validation");
  if (!split || sum(split->counts) == 0) return "";
  const double even = 1.0 / static_cast<double>(std::max<size_t>(1, story.classes.size()));
  const double share = majority(*split);
  if (share < even + 0.02)
    return fmt::format("Guessing gets {} of the validation pictures right: that is the mark to beat.",
                       percent_short(share));
  const auto largest = static_cast<size_t>(std::ranges::max_element(split->counts) - split->counts.begin());
  return fmt::format(
      "The classes are not of equal size: always answering {} gets {} of the validation pictures right. That "
      "is the mark to beat.",
      story.classes.at(largest), percent_short(share));
}

std::string tensors_text(const Story& story) {
  const image::Preprocess& input = story.preprocess;
  const char* how = input.fit == image::ResizeMode::squash ? "squashed to"
                    : input.fit == image::ResizeMode::crop ? "scaled and cropped to"
                                                           : "scaled and padded to";
  std::string text = fmt::format(
      "A network wants numbers, and the same number of them for every picture. Every picture is {} {} x {} "
      "pixels, and each pixel becomes "
      "three numbers: red, green and blue",
      how, input.width, input.height);
  const bool unit = std::abs(input.scale - 1.0 / 255) < 1e-9;
  const bool plain =
      input.mean == std::array<double, 3>{0, 0, 0} && input.std == std::array<double, 3>{1, 1, 1};
  if (unit && plain) text += ", divided by 255, so that they lie between 0 and 1";
  if (!plain) text += ", scaled so that each colour has about mean 0 and standard deviation 1";
  return text +
         ". The model file remembers this preprocessing, so that pictures which it is asked about "
         "later are prepared in the same way.";
}

std::string batches_text(const Story& story) {
  const image::Preprocess& input = story.preprocess;
  const int64_t values = int64_t{story.batch_size} * input.width * input.height * 3;
  const int64_t pictures = count_of(story, "train");
  std::string text =
      fmt::format("The network gets them {} at a time, as one block of {} x {} x {} x 3 = {} numbers. ",
                  story.batch_size, story.batch_size, input.height, input.width, grouped(values));
  if (pictures > 0)
    text += fmt::format("An epoch shows it all {} once, in a new order each time: {}.",
                        counted(pictures, "training picture"),
                        counted((pictures + story.batch_size - 1) / story.batch_size, "batch", "batches"));
  return text;
}

std::string network_text(const Story& story) {
  std::string text =
      "Convolutions look for small patterns everywhere in the picture; every pooling halves the picture, so "
      "that the next convolution sees patterns of patterns; the dense "
      "layers at the end weigh what was found.";
  const int64_t pictures = count_of(story, "train");
  if (story.parameters > 0 && pictures > 0)
    text += fmt::format(" That makes {} to learn: {} for every training picture.",
                        counted(story.parameters, "parameter"),
                        grouped(std::max<int64_t>(1, story.parameters / pictures)));
  return text;
}

std::string learning_text(const Story& story) {
  const double first_rate = story.article.history.empty() ? 0 : story.article.history.front().learning_rate;
  const double rate = story.learning_rate > 0 ? story.learning_rate : first_rate;
  std::string text =
      story.classes.size() == 2
          ? fmt::format(
                "Two classes need one output number: above zero it means {}, below {}. Binary cross-entropy "
                "is the loss: it is small when the network is right and sure, and large when "
                "it is sure but wrong.",
                story.classes[1], story.classes[0])
          : fmt::format(
                "There is one output for each of the {} classes, and softmax turns them into probabilities. "
                "Cross-entropy is the loss: it is small when the network is right and sure, and "
                "large when it is sure but wrong.",
                story.classes.size());
  if (!story.loss_changes.empty()) text += fmt::format(" Here it is used with {}.", story.loss_changes);
  text += fmt::format(
      " After every {} {} moves all parameters a little in the direction that makes the loss smaller",
      story.accumulate == 1 ? "batch" : fmt::format("{} batches", story.accumulate), story.optimizer);
  return text + (rate > 0 ? fmt::format(", at a learning rate of {}{:g}.",
                                        story.constant_rate ? "" : "at most ", rate)
                          : ".");
}

std::string training_text(const StoryRun& run) {
  if (run.history.empty()) return "The training ended before its first epoch did.";
  double seconds = 0, images = 0;
  for (const run::EpochRecord& record : run.history)
    seconds += record.seconds, images += record.seconds * record.images_per_second;
  const run::EpochRecord& last = run.history.back();
  std::string text = fmt::format("{} took {}", counted(static_cast<int64_t>(run.history.size()), "epoch"),
                                 format_duration(seconds));
  if (seconds > 0) text += fmt::format(", at {:.0f} pictures a second", images / seconds);
  text += fmt::format(". In the last epoch {} of the training pictures were right", percent_1(last.accuracy));
  text += validated(run.history)
              ? fmt::format(", and {} of the validation pictures.", percent_1(last.val_accuracy))
              : ".";
  if (!differs(run)) return text;
  return text + fmt::format(
                    " That was measured while training, quickly; the model, which has the {}, was measured "
                    "once more at the end, and gets {} of the validation pictures right.",
                    run.model, percent_1(run.model_accuracy));
}

std::string curves_text(const Story& story) {
  switch (condition_of(story.article)) {
    case Condition::overfitting:
      return "The two lines part. On its training pictures the network gets better and better; on pictures "
             "that it has not seen it stopped getting better long before. It has begun to remember "
             "individual "
             "pictures instead of what they have in common. That is called overfitting, and it is what the "
             "rest of this page works on.";
    case Condition::underfitting:
      return "Both lines have gone flat, and low: this network does not even get its training pictures "
             "right. It does not memorise; it cannot say more with what it has. That is called underfitting.";
    case Condition::stuck_at_chance:
      return "The lines lie where guessing lies. The network has not learned anything yet. Look at its "
             "learning "
             "rate and at its pictures before you try anything else.";
    case Condition::rate_too_high:
      return "The first steps were so large that the network has not recovered from them: a lower learning "
             "rate comes before anything else.";
    case Condition::rate_too_low:
      return "The lines hardly move, because the weights hardly do: a higher learning rate comes before "
             "anything else.";
    case Condition::unstable:
      return "The loss jumps up again and again: the network learns, and large steps destroy what it has "
             "learned.";
    case Condition::shuffled_labels:
      return "The network knows its training pictures and nothing else: on other pictures it guesses. That "
             "is what it looks like when labels have nothing to do with the pictures, so look at those "
             "first.";
    case Condition::still_improving:
      return "Both lines are still moving: the loss falls to the very end. There is nothing to mend here "
             "yet; the network has simply not finished.";
    case Condition::not_finite:
      return "The loss stopped being a number: the steps were too large, and the network's numbers grew out "
             "of bounds.";
    case Condition::no_new_pictures:
      return "Both lines are of pictures that the network has learned from, since the validation pictures "
             "are among "
             "the training pictures. How it does on others cannot be seen.";
    case Condition::few_new_pictures:
      return "Some of the validation pictures are among the training pictures, so that the line of "
             "validation "
             "is higher than it would be with others.";
    case Condition::too_few_pictures:
      return "There are so few pictures that the lines say little: a few more, or a few others, would move "
             "them a long way. More pictures come before anything else.";
    case Condition::too_short:
      return "There are too few epochs to see a direction.";
    case Condition::no_validation:
      return "The lines show how well the network knows its training pictures. Whether that carries over to "
             "others cannot be seen without validation pictures.";
    case Condition::healthy:
      return "The two lines stay together: what the network learns on its training pictures holds for "
             "pictures that it has not seen. It does not memorise.";
  }
  return "";
}

std::string augmentation_text(const Story& story) {
  std::string text =
      condition_of(story.article) == Condition::overfitting
          ? "What would help most is more pictures. There are no more, but those that there are can be shown "
            "differently each time: "
          : "Pictures can be shown differently each time, so that there seem to be more of them. It helps "
            "most where a network memorises; here it is what makes the second training different: ";
  text +=
      "mirrored, turned, zoomed and shifted at random, they show the same thing with other numbers. A "
      "network cannot learn by heart what never comes twice.";
  if (!story.augmentation.empty()) text += fmt::format(" The ranges here: {}.", story.augmentation);
  return text;
}

std::string dropout_text(const Story& story) {
  return fmt::format(
      "Dropout switches off {} of the values that flow through a layer, different ones for every picture and "
      "every step. No part of the network can rely on another one to recognise the picture, so each has to "
      "find something that is useful by itself. Dropout is active only in training: when the network is "
      "asked, "
      "all of it answers.",
      percent_short(story.dropout));
}

std::vector<std::string> change_texts(const Story& story) {
  const StoryRun& second = *story.regularized;
  if (story.article.history.empty() || second.history.empty()) return {};
  const int64_t count = count_of(story, "validation");
  const Outcome before = outcome_of(story.article.history, count), after = outcome_of(second.history, count);
  std::vector<std::string> texts;
  if (validated(story.article.history) && validated(second.history)) {
    texts.push_back(gap_change_text(before, after));
    texts.push_back(validation_change_text(before, after, count));
  }
  if (story.article.history.size() != second.history.size())
    texts.push_back(
        fmt::format("The first training took {}, this one {}: a part of the difference may be that.",
                    counted(static_cast<int64_t>(story.article.history.size()), "epoch"),
                    counted(static_cast<int64_t>(second.history.size()), "epoch")));
  if (const std::string more = second_run_text(second); !more.empty()) texts.push_back(more);
  return texts;
}

std::string answers_text(const Story& story) {
  const auto right = std::ranges::count_if(
      story.answers, [](const StoryAnswer& answer) { return answer.truth == answer.answer; });
  const auto sure_and_wrong = std::ranges::count_if(story.answers, [](const StoryAnswer& answer) {
    return answer.truth != answer.answer && answer.probability > 0.9;
  });
  const StoryRun& asked = story.regularized ? *story.regularized : story.article;
  std::string text = fmt::format(
      "These are validation pictures{}. The network of {} classifies {} of these {} correctly; they were "
      "chosen so "
      "that there are right answers and wrong ones to look at",
      asked.diagnosis.has(Condition::no_new_pictures) || asked.diagnosis.has(Condition::few_new_pictures)
          ? ""
          : ", which it has never learned from",
      story.answered_by.empty() ? asked.recipe : story.answered_by, right, story.answers.size());
  const bool measured =
      validated(asked.history) && (story.answered_by.empty() || story.answered_by == asked.recipe);
  if (measured)
    text += fmt::format(". Of all validation pictures it gets {} right.",
                        percent_1(std::isfinite(asked.model_accuracy) ? asked.model_accuracy
                                                                      : asked.history.back().val_accuracy));
  else
    text += '.';
  if (sure_and_wrong > 0)
    text += fmt::format(
        " It is more than 90 % sure of {}: how sure a network is and how right it is are two different "
        "things.",
        counted(sure_and_wrong, "wrong answer"));
  return text;
}

}  // namespace margay::report
