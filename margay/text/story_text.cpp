// Writes the sentences of the story.
#include "margay/text/story_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "margay/core/number_text.h"
#include "margay/text/finding_text.h"
#include "margay/text/phrases.h"

namespace margay::text {
namespace {

using analysis::Condition;

int64_t sum(const std::vector<int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

const analysis::SplitCounts* find_split(const analysis::Story& story, std::string_view name) {
  const auto found = std::ranges::find(story.splits, name, &analysis::SplitCounts::name);
  return found == story.splits.end() ? nullptr : &*found;
}

int64_t all_pictures(const analysis::Story& story) {
  int64_t total = 0;
  for (const analysis::SplitCounts& split : story.splits) total += sum(split.counts);
  return total;
}

Condition condition_of(const analysis::StoryRun& run) {
  return run.diagnosis.findings.empty() ? Condition::healthy : run.diagnosis.primary().condition;
}

bool validated(const run::History& history) {
  return !history.empty() && std::isfinite(history.back().val_accuracy);
}

/// Whether the model has another number than the last epoch, which was measured while training: with other
/// weights, or with fewer digits.
bool differs(const analysis::StoryRun& run) {
  return validated(run.history) && std::isfinite(run.model_accuracy) &&
         percent_1(run.model_accuracy) != percent_1(run.history.back().val_accuracy);
}

/// Share of the most frequent class in a split.
double majority(const analysis::SplitCounts& split) {
  const int64_t total = sum(split.counts);
  return total > 0 ? static_cast<double>(*std::ranges::max_element(split.counts)) / static_cast<double>(total)
                   : 0;
}

int64_t size_of(const run::History& history) {
  return static_cast<int64_t>(history.size());
}

}  // namespace

int64_t StoryText::count_of(std::string_view split) const {
  const analysis::SplitCounts* found = find_split(story_, split);
  return found ? sum(found->counts) : 0;
}

std::string StoryText::points(double share) const {
  const std::string amount = fmt::format("{:.1f}", 100 * std::abs(share));
  return amount + (amount == "1.0" ? say(" point", " 个百分点") : say(" points", " 个百分点"));
}

std::string StoryText::end_of(const analysis::StoryRun& run) const {
  if (run.history.empty()) return say("{}: no epoch was finished.", "{}：连一轮训练也没有完成。", run.recipe);
  const analysis::Outcome end = analysis::outcome_of(run.history, count_of("validation"));
  if (!validated(run.history))
    return say("{}: {} of the training pictures right in the last epoch.",
               "{}：最后一轮，训练图片的准确率为 {}。", run.recipe, percent_1(end.training));
  return say("{}: in the last epoch {} of the training pictures right and {} of the validation pictures{}.",
             "{}：最后一轮，训练图片的准确率为 {}，验证图片的准确率为 {}{}。", run.recipe,
             percent_1(end.training), percent_1(end.validation),
             differs(run) ? say("; the model, measured at the end, gets {} of those right",
                                "；最后测得模型在验证图片上的准确率为 {}", percent_1(run.model_accuracy))
                          : std::string());
}

std::string StoryText::gap_change(const analysis::Outcome& before, const analysis::Outcome& after) const {
  const double was = before.gap(), is = after.gap();
  if (is < 0 && was < 0)
    return say("Validation was ahead of training by {} before, and is ahead by {} now.",
               "此前验证比训练领先 {}，现在领先 {}。", points(was), points(is));
  if (is < 0)
    return say(
        "The gap between training and validation was {}; now validation is even ahead, by {}. That is no "
        "mistake: only training pictures are varied, and dropout is active only in training.",
        "训练与验证之间的差距曾是 {}；现在验证甚至领先了 "
        "{}。这不是出错：只有训练图片会被变换，随机失活（dropout）"
        "也只在训练时起作用。",
        points(was), points(is));
  if (was < 0)
    return say("Validation was ahead of training by {}; now training is ahead by {}.",
               "此前验证比训练领先 {}；现在是训练领先 {}。", points(was), points(is));
  if (points(is) == points(was))
    return say("The gap between training and validation is {} as before.",
               "训练与验证之间的差距仍是 {}，与此前相同。", points(is));
  return say("The gap between training and validation {} from {} to {}.",
             "训练与验证之间的差距从 {1} {0}到 {2}。", is < was ? say("shrank", "缩小") : say("grew", "扩大"),
             points(was), points(is));
}

std::string StoryText::validation_change(const analysis::Outcome& before,
                                         const analysis::Outcome& after) const {
  const int64_t count = count_of("validation");
  const double difference = after.validation - before.validation;
  const std::string change =
      difference == 0 ? say("Validation accuracy is {} as before", "验证准确率仍是 {}，与此前相同",
                            percent_1(after.validation))
                      : say("Validation accuracy {} by {}, from {} to {}", "验证准确率{}了 {}，从 {} 到 {}",
                            difference > 0 ? say("rose", "上升") : say("fell", "下降"), points(difference),
                            percent_1(before.validation), percent_1(after.validation));
  if (count == 0 || difference == 0) return change + say(".", "。");
  const double noise = analysis::noise_of_difference(before, after, count);
  const std::string pictures = counted(count, "validation picture", "张验证图片");
  if (std::abs(difference) <= noise)
    return say("{}. That is within the noise: with {}, two equally good networks may differ by ±{}.",
               "{}。这在噪声范围之内：只有 {}时，两个同样好的网络也可能相差 ±{}。", change, pictures,
               points(noise));
  return say("{}. That is more than the ±{} that chance alone explains with {}.",
             "{0}。这超过了 {2}下单凭偶然所能解释的 ±{1}。", change, points(noise), pictures);
}

std::string StoryText::second_run(const analysis::StoryRun& run) const {
  switch (condition_of(run)) {
    case Condition::still_improving:
      return say(
          "It has not finished learning: pictures that are made harder take longer to learn, and more epochs "
          "will help.",
          "它还没有学完：图片变难了，学起来也更久，再多训练几轮会有帮助。");
    case Condition::overfitting:
      return say("It still memorises. More pictures would help most.",
                 "它仍在死记硬背。更多的图片最有帮助。");
    case Condition::underfitting:
      return say(
          "Now it is held back too much: weaker augmentation or a larger network is the next thing to try.",
          "现在它受到的限制太多：下一步该试试较弱的数据增强，或更大的网络。");
    case Condition::stuck_at_chance:
    case Condition::rate_too_low:
      return say("It has not started to learn within these epochs.", "在这些轮次里，它还没有开始学到东西。");
    case Condition::rate_too_high:
    case Condition::unstable:
      return say("Its steps are too large: a lower learning rate is the next thing to try.",
                 "它的步长太大：下一步该试试更低的学习率。");
    default:
      return {};
  }
}

std::string StoryText::title() const {
  if (story_.classes.size() <= 3)
    return say("How a network learned to tell {} apart", "一个网络如何学会分辨 {}", listed(story_.classes));
  return say("How a network learned to tell {} kinds of pictures apart", "一个网络如何学会分辨 {} 种图片",
             story_.classes.size());
}

std::string StoryText::lead() const {
  return say(
      "{} of {}, and a network that knew nothing about them. This page follows it from the folder of "
      "pictures to its answers, step by step, with the command for each step. All numbers and pictures come "
      "from this very run.",
      "{}，内容是 "
      "{}，还有一个对它们一无所知的网络。本页从图片文件夹一直跟到它的回答，一步一步，每一步都附上命令。"
      "所有数字和图片都来自这一次运行。",
      counted(all_pictures(story_), "picture", "张图片"), listed(story_.classes));
}

std::vector<std::string> StoryText::outcome() const {
  std::vector<std::string> lines{end_of(story_.article)};
  if (!story_.article.diagnosis.findings.empty()) {
    const analysis::Finding& finding = story_.article.diagnosis.primary();
    lines.push_back(say("Diagnosis: {}. Evidence: {}.", "诊断：{}。依据：{}。",
                        condition_text(finding.condition, language_),
                        evidence_text(finding.facts, language_)));
  }
  if (!story_.regularized) return lines;
  lines.push_back(end_of(*story_.regularized));
  for (const std::string& sentence : changes()) lines.push_back(sentence);
  return lines;
}

std::string StoryText::pictures() const {
  std::string text =
      say("A folder per class is all it takes: the name of the folder says what its pictures show. Here the "
          "classes are "
          "{}. ",
          "只需要每个类别一个文件夹：文件夹的名字说明其中的图片是什么。这里的类别是 {}。",
          listed(story_.classes, 20));
  text += find_split(story_, "validation")
              ? say("The network learns from the training pictures alone. The validation pictures are held "
                    "back, to "
                    "see how it does on pictures that it has never seen.",
                    "网络只从训练图片中学习。验证图片被留出来，用来看它在从未见过的图片上表现如何。")
              : say("There are no validation pictures, so nothing can say how the network does on pictures "
                    "that it "
                    "has never seen.",
                    "这里没有验证图片，因此无法知道网络在从未见过的图片上表现如何。");
  if (story_.ignored_files > 0)
    text += story_.ignored_files == 1
                ? say(" 1 file was left out because it is not a picture.", "有 1 个文件不是图片，没有使用。")
                : say(" {} files were left out because they are not pictures.",
                      "有 {} 个文件不是图片，没有使用。", grouped(story_.ignored_files));
  return text;
}

std::string StoryText::guessing() const {
  const analysis::SplitCounts* split = find_split(story_, "validation");
  if (!split || sum(split->counts) == 0) return "";
  const double even = 1.0 / static_cast<double>(std::max<size_t>(1, story_.classes.size()));
  const double share = majority(*split);
  if (share < even + 0.02)
    return say("Guessing gets {} of the validation pictures right: that is the mark to beat.",
               "随机猜测能答对 {} 的验证图片：这就是要超过的标准。", percent_short(share));
  const auto largest = static_cast<size_t>(std::ranges::max_element(split->counts) - split->counts.begin());
  return say(
      "The classes are not of equal size: always answering {} gets {} of the validation pictures right. That "
      "is "
      "the mark to beat.",
      "各类别的图片数量不等：总是回答 {} 就能答对 {} 的验证图片。这就是要超过的标准。",
      story_.classes.at(largest), percent_short(share));
}

std::string StoryText::tensors() const {
  const image::Preprocess& input = story_.preprocess;
  const std::string how = input.fit == image::ResizeMode::squash ? say("squashed to", "压缩到")
                          : input.fit == image::ResizeMode::crop
                              ? say("scaled and cropped to", "缩放并裁剪到")
                              : say("scaled and padded to", "缩放并填充到");
  std::string text =
      say("A network wants numbers, and the same number of them for every picture. Every picture is {} {} x "
          "{} pixels, and "
          "each pixel becomes three numbers: red, green and blue",
          "网络需要的是数字，而且每张图片的数字个数要相同。每张图片都{} {} × {} "
          "像素，每个像素变成三个数字：红、绿、蓝",
          how, input.width, input.height);
  const bool unit = std::abs(input.scale - 1.0 / 255) < 1e-9;
  const bool plain =
      input.mean == std::array<double, 3>{0, 0, 0} && input.std == std::array<double, 3>{1, 1, 1};
  if (unit && plain)
    text += say(", divided by 255, so that they lie between 0 and 1", "，再除以 255，使它们落在 0 和 1 之间");
  if (!plain)
    text += say(", scaled so that each colour has about mean 0 and standard deviation 1",
                "，再经过标准化，使每种颜色的均值约为 0、标准差约为 1");
  return text + say(". The model file remembers this preprocessing, so that pictures which it is asked about "
                    "later are "
                    "prepared in the same way.",
                    "。模型文件会记住这种预处理，之后让它辨认的图片也会用同样的方式处理。");
}

std::string StoryText::batches() const {
  const image::Preprocess& input = story_.preprocess;
  const int64_t values = int64_t{story_.batch_size} * input.width * input.height * 3;
  const int64_t pictures = count_of("train");
  std::string text =
      say("The network gets them {} at a time, as one block of {} x {} x {} x 3 = {} numbers. ",
          "网络每次得到 {} 张图片，也就是一整块 {} × {} × {} × 3 = {} 个数字。", story_.batch_size,
          story_.batch_size, input.height, input.width, grouped(values));
  if (pictures > 0)
    text +=
        say("An epoch shows it all {} once, in a new order each time: {}.",
            "一轮训练（epoch）把全部 {}各展示一次，每次顺序都不同：共 {}。",
            counted(pictures, "training picture", "张训练图片"),
            counted((pictures + story_.batch_size - 1) / story_.batch_size, "batch", "个批次", "batches"));
  return text;
}

std::string StoryText::network() const {
  std::string text =
      say("Convolutions look for small patterns everywhere in the picture; every pooling halves the picture, "
          "so that the "
          "next convolution sees patterns of patterns; the dense layers at the end weigh what was found.",
          "卷积在图片的各处寻找小图案；每次池化把图片缩小一半，于是下一个卷积看到的是由图案组成的图案；最后的"
          "全连接层权衡找到的"
          "一切。");
  const int64_t pictures = count_of("train");
  if (story_.parameters > 0 && pictures > 0)
    text += say(" That makes {} to learn: {} for every training picture.",
                "这样一共有 {}要学习：平均每张训练图片对应 {} 个。",
                counted(story_.parameters, "parameter", "个参数"),
                grouped(std::max<int64_t>(1, story_.parameters / pictures)));
  return text;
}

std::string StoryText::learning() const {
  const double first_rate = story_.article.history.empty() ? 0 : story_.article.history.front().learning_rate;
  const double rate = story_.learning_rate > 0 ? story_.learning_rate : first_rate;
  std::string text =
      story_.classes.size() == 2
          ? say("Two classes need one output number: above zero it means {}, below {}. Binary cross-entropy "
                "is the "
                "loss: it is small when the network is right and sure, and large when it is sure but wrong.",
                "两个类别只需要一个输出数字：大于零表示 {}，小于零表示 "
                "{}。损失是二元交叉熵：网络答对且有把握时它很小，"
                "有把握却答错时它很大。",
                story_.classes[1], story_.classes[0])
          : say("There is one output for each of the {} classes, and softmax turns them into probabilities. "
                "Cross-entropy is the loss: it is small when the network is right and sure, and large when "
                "it is sure "
                "but wrong.",
                "{} 个类别各有一个输出，softmax "
                "把它们变成概率。损失是交叉熵：网络答对且有把握时它很小，有把握却答错时"
                "它很大。",
                story_.classes.size());
  if (!story_.loss_changes.empty())
    text += say(" Here it is used with {}.", "这里还使用了{}。", story_.loss_changes);
  text += say(
      " After every {} {} moves all parameters a little in the direction that makes the loss smaller",
      "每经过{}，{} 就把所有参数朝着让损失变小的方向移动一点",
      story_.accumulate == 1 ? say("batch", "一个批次") : say("{} batches", " {} 个批次", story_.accumulate),
      story_.optimizer);
  return text + (rate > 0 ? say(", at a learning rate of {}{:g}.", "，学习率{}为 {:g}。",
                                story_.constant_rate ? std::string() : say("at most ", "最高"), rate)
                          : say(".", "。"));
}

std::string StoryText::training(const analysis::StoryRun& run) const {
  if (run.history.empty())
    return say("The training ended before its first epoch did.", "训练在第一轮结束之前就停止了。");
  double seconds = 0, images = 0;
  for (const run::EpochRecord& record : run.history)
    seconds += record.seconds, images += record.seconds * record.images_per_second;
  const run::EpochRecord& last = run.history.back();
  std::string text = say("{} took {}", "{}训练用了 {}", counted(size_of(run.history), "epoch", "轮"),
                         duration_text(language_, seconds));
  if (seconds > 0) text += say(", at {:.0f} pictures a second", "，每秒处理 {:.0f} 张图片", images / seconds);
  text += say(". In the last epoch {} of the training pictures were right", "。最后一轮中，训练图片答对了 {}",
              percent_1(last.accuracy));
  text += validated(run.history) ? say(", and {} of the validation pictures.", "，验证图片答对了 {}。",
                                       percent_1(last.val_accuracy))
                                 : say(".", "。");
  if (!differs(run)) return text;
  return text + say(" That was measured while training, quickly; the model, which has the {}, was measured "
                    "once more at "
                    "the end, and gets {} of the validation pictures right.",
                    "这是在训练中快速测得的；模型采用的是{}，最后又测了一次，验证图片答对了 {}。", run.model,
                    percent_1(run.model_accuracy));
}

std::string StoryText::curves() const {
  switch (condition_of(story_.article)) {
    case Condition::overfitting:
      return say(
          "The two lines part. On its training pictures the network gets better and better; on pictures that "
          "it "
          "has not seen it stopped getting better long before. It has begun to remember individual pictures "
          "instead of what they have in common. That is called overfitting, and it is what the rest of this "
          "page "
          "works on.",
          "两条线分开了。在训练图片上，网络越来越好；在没有见过的图片上，它早就不再进步了。它开始记住一张张具"
          "体的"
          "图片，而不是它们的共同点。这就叫过拟合，本页接下来要解决的正是它。");
    case Condition::underfitting:
      return say(
          "Both lines have gone flat, and low: this network does not even get its training pictures right. "
          "It does "
          "not memorise; it cannot say more with what it has. That is called underfitting.",
          "两条线都变平了，而且很低：这个网络连训练图片都答不对。它并没有死记硬背，而是能力不够。这就叫欠拟合"
          "。");
    case Condition::stuck_at_chance:
      return say(
          "The lines lie where guessing lies. The network has not learned anything yet. Look at its learning "
          "rate "
          "and at its pictures before you try anything else.",
          "两条线都停在随机猜测的位置。网络还什么都没有学到。请先检查学习率和图片，再尝试别的办法。");
    case Condition::rate_too_high:
      return say(
          "The first steps were so large that the network has not recovered from them: a lower learning rate "
          "comes "
          "before anything else.",
          "最初的步长太大，网络一直没有恢复过来：首先应当降低学习率。");
    case Condition::rate_too_low:
      return say(
          "The lines hardly move, because the weights hardly do: a higher learning rate comes before "
          "anything "
          "else.",
          "两条线几乎不动，因为权重几乎不动：首先应当提高学习率。");
    case Condition::unstable:
      return say(
          "The loss jumps up again and again: the network learns, and large steps destroy what it has "
          "learned.",
          "损失一再突然上升：网络学到了东西，又被过大的步长毁掉。");
    case Condition::shuffled_labels:
      return say(
          "The network knows its training pictures and nothing else: on other pictures it guesses. That is "
          "what it "
          "looks like when labels have nothing to do with the pictures, so look at those first.",
          "网络只认得训练图片：对其他图片，它只是在猜。标签与图片毫无关系时就是这个样子，所以请先检查标签。");
    case Condition::still_improving:
      return say(
          "Both lines are still moving: the loss falls to the very end. There is nothing to mend here yet; "
          "the "
          "network has simply not finished.",
          "两条线都还在变化：损失直到最后都在下降。这里还没有什么需要修正，网络只是还没有学完。");
    case Condition::not_finite:
      return say(
          "The loss stopped being a number: the steps were too large, and the network's numbers grew out of "
          "bounds.",
          "损失已经不再是一个数：步长太大，网络中的数值溢出了。");
    case Condition::no_new_pictures:
      return say(
          "Both lines are of pictures that the network has learned from, since the validation pictures are "
          "among "
          "the training pictures. How it does on others cannot be seen.",
          "两条线画的都是网络学过的图片，因为验证图片就在训练图片之中。看不出它在其他图片上表现如何。");
    case Condition::few_new_pictures:
      return say(
          "Some of the validation pictures are among the training pictures, so that the line of validation "
          "is "
          "higher than it would be with others.",
          "有些验证图片也在训练图片之中，因此验证的那条线比换成其他图片时要高。");
    case Condition::too_few_pictures:
      return say(
          "There are so few pictures that the lines say little: a few more, or a few others, would move them "
          "a long "
          "way. More pictures come before anything else.",
          "图片太少，曲线说明不了什么：再多几张，或换上几张，它们就会大幅移动。首先需要更多图片。");
    case Condition::too_short:
      return say("There are too few epochs to see a direction.", "轮数太少，看不出趋势。");
    case Condition::no_validation:
      return say(
          "The lines show how well the network knows its training pictures. Whether that carries over to "
          "others "
          "cannot be seen without validation pictures.",
          "曲线显示的是网络对训练图片掌握得如何。没有验证图片，就看不出这对其他图片是否有效。");
    case Condition::healthy:
      return say(
          "The two lines stay together: what the network learns on its training pictures holds for pictures "
          "that "
          "it has not seen. It does not memorise.",
          "两条线靠得很近：网络在训练图片上学到的东西，对没有见过的图片同样成立。它没有死记硬背。");
  }
  return "";
}

std::string StoryText::augmentation() const {
  std::string text = condition_of(story_.article) == Condition::overfitting
                         ? say("What would help most is more pictures. There are no more, but those that "
                               "there are can be shown "
                               "differently each time: ",
                               "最有帮助的是更多图片。没有更多图片，但已有的图片每次都可以换一种样子展示：")
                         : say("Pictures can be shown differently each time, so that there seem to be more "
                               "of them. It helps most where a "
                               "network memorises; here it is what makes the second training different: ",
                               "图片每次都可以换一种样子展示，看起来就像有更多图片。这在网络死记硬背时最有帮"
                               "助；在这里，它是第二次训练的不同"
                               "之处：");
  text +=
      say("mirrored, turned, zoomed and shifted at random, they show the same thing with other numbers. A "
          "network "
          "cannot learn by heart what never comes twice.",
          "经过随机的镜像、旋转、缩放和平移，它们用不同的数字展示同样的内容。从不重复出现的东西，网络是背不下"
          "来的。");
  if (!story_.augmentation.empty())
    text += say(" The ranges here: {}.", "这里的取值范围：{}。", story_.augmentation);
  return text;
}

std::string StoryText::dropout() const {
  return say(
      "Dropout switches off {} of the values that flow through a layer, different ones for every picture and "
      "every "
      "step. No part of the network can rely on another one to recognise the picture, so each has to find "
      "something "
      "that is useful by itself. Dropout is active only in training: when the network is asked, all of it "
      "answers.",
      "随机失活（dropout）会关掉流经某一层的 {} "
      "的数值，每张图片、每一步关掉的都不同。网络的任何部分都不能依赖另一部分"
      "来认出图片，因此每一部分都必须自己找到有用的东西。随机失活只在训练时起作用：真正提问时，整个网络都会参"
      "与回答。",
      percent_short(story_.dropout));
}

std::vector<std::string> StoryText::changes() const {
  const analysis::StoryRun& second = *story_.regularized;
  if (story_.article.history.empty() || second.history.empty()) return {};
  const int64_t count = count_of("validation");
  const analysis::Outcome before = analysis::outcome_of(story_.article.history, count),
                          after = analysis::outcome_of(second.history, count);
  std::vector<std::string> texts;
  if (validated(story_.article.history) && validated(second.history)) {
    texts.push_back(gap_change(before, after));
    texts.push_back(validation_change(before, after));
  }
  if (story_.article.history.size() != second.history.size())
    texts.push_back(say("The first training took {}, this one {}: a part of the difference may be that.",
                        "第一次训练用了 {}，这一次用了 {}：部分差异可能由此而来。",
                        counted(size_of(story_.article.history), "epoch", "轮"),
                        counted(size_of(second.history), "epoch", "轮")));
  if (const std::string more = second_run(second); !more.empty()) texts.push_back(more);
  return texts;
}

std::string StoryText::answers() const {
  const auto right = std::ranges::count_if(
      story_.answers, [](const analysis::StoryAnswer& answer) { return answer.truth == answer.answer; });
  const auto sure_and_wrong = std::ranges::count_if(story_.answers, [](const analysis::StoryAnswer& answer) {
    return answer.truth != answer.answer && answer.probability > 0.9;
  });
  const analysis::StoryRun& asked = story_.regularized ? *story_.regularized : story_.article;
  const bool learned =
      asked.diagnosis.has(Condition::no_new_pictures) || asked.diagnosis.has(Condition::few_new_pictures);
  std::string text =
      say("These are validation pictures{}. The network of {} classifies {} of these {} correctly; they were "
          "chosen so that "
          "there are right answers and wrong ones to look at",
          "这些是验证图片{0}。{1} 的网络答对了这 {3} 张中的 {2} 张；挑选它们是为了让正确和错误的回答都能看到",
          learned ? std::string() : say(", which it has never learned from", "，网络从未学过"),
          story_.answered_by.empty() ? asked.recipe : story_.answered_by, right, story_.answers.size());
  const bool measured =
      validated(asked.history) && (story_.answered_by.empty() || story_.answered_by == asked.recipe);
  if (measured)
    text += say(". Of all validation pictures it gets {} right.", "。在全部验证图片中，它答对了 {}。",
                percent_1(std::isfinite(asked.model_accuracy) ? asked.model_accuracy
                                                              : asked.history.back().val_accuracy));
  else
    text += say(".", "。");
  if (sure_and_wrong > 0)
    text +=
        say(" It is more than 90 % sure of {}: how sure a network is and how right it is are two different "
            "things.",
            "它对其中 {}有超过 90 % 的把握：网络有多大把握，和它有多正确，是两回事。",
            counted(sure_and_wrong, "wrong answer", "个错误回答"));
  return text;
}

}  // namespace margay::text
