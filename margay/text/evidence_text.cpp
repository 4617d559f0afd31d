// Says what was found. Each kind of facts has its sentence: without one, this file does not compile.
#include <cmath>
#include <variant>
#include <vector>

#include "margay/core/number_text.h"
#include "margay/text/finding_text.h"
#include "margay/text/phrases.h"

namespace margay::text {
namespace {

/// Says facts in one language.
class EvidenceText {
 public:
  explicit EvidenceText(Language language) : language_(language) {}

  std::string operator()(const analysis::NotFinite& found) const {
    std::string text = say(language_, "the {} loss is {} in epoch {}", "{0}损失在第 {2} 轮变成了 {1}",
                           split(found.in_validation), found.loss, found.epoch);
    if (found.loss_before)
      text += say(language_, ", after {} in epoch {}", "，而第 {1} 轮还是 {0}", loss_text(*found.loss_before),
                  found.epoch_before);
    return text +
           say(language_, ": the steps were too large for the numbers to hold", "：步长太大，数值已经溢出");
  }

  std::string operator()(const analysis::LearnedPictures& found) const {
    if (found.all())
      return say(
          language_,
          "all {} are, by their content, among those that the network has learned from: no accuracy that "
          "was measured says anything about other pictures",
          "按内容看，{}全部是网络学过的图片：测得的准确率完全不能说明它在其他图片上的表现",
          validation_pictures(found.validation_count));
    const double points =
        std::ceil(100 * static_cast<double>(found.learned) / static_cast<double>(found.validation_count));
    return say(
        language_,
        "{}, by content, among those that the network has learned from: the accuracy may be up to {:.0f} "
        "points higher than on new pictures",
        "{}（按内容判断）：准确率可能比在新图片上高出多达 {:.0f} 个百分点",
        language_ == Language::chinese
            ? fmt::format("{} 张验证图片中有 {} 张是网络学过的", grouped(found.validation_count),
                          grouped(found.learned))
            : part_of(found.learned, found.validation_count, "validation picture", "is", "are"),
        points);
  }

  std::string operator()(const analysis::Shortage& found) const {
    std::vector<std::string> parts;
    if (found.few_to_learn)
      parts.push_back(say(language_, "the smallest class has {} to train on", "最小的类别只有 {}可供训练",
                          counted(language_, found.smallest_class, "picture", "张图片")));
    if (found.lacks_classes)
      parts.push_back(say(language_, "validation has pictures of {} of the {} classes only",
                          "验证集只含 {1} 个类别中的 {0} 个", found.validation_classes, found.classes));
    if (found.few_to_check)
      parts.push_back(say(language_, "there are {} to check with", "可用于验证的只有 {}",
                          counted(language_, found.validation_count, "picture", "张图片")));
    const std::string all =
        language_ == Language::chinese ? fmt::format("{}", fmt::join(parts, "，")) : listed(language_, parts);
    return say(language_, "{}: no accuracy that was measured says anything about other pictures",
               "{}：测得的准确率完全不能说明它在其他图片上的表现", all);
  }

  std::string operator()(const analysis::Undecided& found) const {
    return say(language_, "{}, and guessing would give {}: {} are too few to tell the two apart",
               "{}，而随机猜测能得到 {}：{}太少，分不清两者", levels(found.gap.levels),
               percent(found.guessing_accuracy), validation_pictures(found.validation_count));
  }

  std::string operator()(const analysis::TooShort& found) const {
    if (found.counting_epochs == 0) return say(language_, "no epoch was finished", "连一轮训练也没有完成");
    const bool all = found.counting_epochs == found.epochs;
    const std::string done =
        epochs(found.epochs) +
        (all ? ""
             : say(language_, ", {} of them validated", "（其中 {} 轮做过验证）", found.counting_epochs));
    if (found.few_steps)
      return say(language_, "{} after {} of {} in all: too few to see a direction",
                 "经过{1}、共 {2}之后，{0}：步数太少，看不出趋势", levels(found.levels), done,
                 counted(language_, found.steps, "step", "步"));
    return say(language_, "{} after {}: too few {}to see a direction",
               "经过{1}之后，{0}：{2}轮数太少，看不出趋势", levels(found.levels), done,
               all ? say(language_, "epochs ", "") : say(language_, "that were validated ", "做过验证的"));
  }

  std::string operator()(const analysis::Jumps& found) const {
    return say(
        language_,
        "training loss jumped up in {} of {}, the last time in epoch {}, from {} to {}, with {} in its "
        "worst batch",
        "训练损失在{1}中突然上升了 {0} 次，最近一次在第 {2} 轮，从 {3} 升到 {4}，最差的一个批次达到 {5}",
        found.jumps, epochs(found.epochs), found.last_epoch, loss_text(found.loss_before),
        loss_text(found.loss_after), loss_text(found.worst_batch));
  }

  std::string operator()(const analysis::Exploded& found) const {
    return say(language_, "in epoch {} the loss went up to {}, and that of guessing is {}; {}",
               "第 {} 轮的损失升到 {}，而随机猜测的损失是 {}；{}", found.epoch, loss_text(found.highest_loss),
               loss_text(found.end.guessing_loss), against_guessing(found.end));
  }

  std::string operator()(const analysis::Leapt& found) const {
    return say(language_, "a single step moved the weights by {} of their size; {}",
               "仅一步就让权重变动了自身大小的 {}；{}", percent(found.highest_update_ratio),
               against_guessing(found.end));
  }

  std::string operator()(const analysis::Diverged& found) const {
    return say(language_, "the {} loss is {} after {}, and that of guessing is {}",
               "经过{2}之后，{0}损失为 {1}，而随机猜测的损失是 {3}", split(found.in_validation),
               loss_text(found.loss), epochs(found.end.epochs), loss_text(found.end.guessing_loss));
  }

  std::string operator()(const analysis::RateFarOut& found) const {
    return say(
        language_,
        "the learning rate is {}, and networks commonly bear up to {} with this optimiser; {}, with a loss "
        "of {}",
        "学习率为 {}，而使用这种优化器时，网络通常最多只能承受 {}；{}，损失为 {}",
        format_rate(found.learning_rate), format_rate(found.usual_rate), against_guessing(found.end),
        loss_text(found.loss));
  }

  std::string operator()(const analysis::Standstill& found) const {
    return say(language_, "the learning rate is 0: no step moves a weight, and nothing is learned; {}",
               "学习率为 0：权重一步也没有动，什么也学不到；{}", against_guessing(found.end));
  }

  std::string operator()(const analysis::TinySteps& found) const {
    if (std::isnan(found.highest_update_ratio)) return against_guessing(found.end);
    return say(language_, "no step moved the weights by more than {:.2g} of their size; {}",
               "没有一步让权重的变动超过自身大小的 {:.2g}；{}", found.highest_update_ratio,
               against_guessing(found.end));
  }

  std::string operator()(const analysis::StuckAtChance& found) const {
    std::string text =
        say(language_, "{}; the loss is {}, that of guessing is {}", "{}；损失为 {}，随机猜测的损失是 {}",
            against_guessing(found.end), loss_text(found.end.loss), loss_text(found.end.guessing_loss));
    if (found.dead)
      text += say(language_, "; no gradient reaches the weights any more", "；梯度已经传不到权重了");
    return text;
  }

  std::string operator()(const analysis::BlindFeatures& found) const {
    return say(language_,
               "{}, and guessing would give {}: the features of the frozen network tell nothing about these "
               "classes",
               "{}，而随机猜测能得到 {}：冻结网络的特征分辨不出这些类别", levels(found.gap.levels),
               percent(found.guessing_accuracy));
  }

  std::string operator()(const analysis::ShuffledLabels& found) const {
    return say(language_,
               "{}, and in no epoch was validation better than guessing ({}): what the labels say about the "
               "training pictures holds for no others",
               "{}，而验证准确率没有一轮好于随机猜测（{}）：标签在训练图片上的规律，在其他图片上都不成立",
               levels(found.gap.levels), percent(found.guessing_accuracy));
  }

  std::string operator()(const analysis::Memorising& found) const {
    std::string text = say(language_, "{}; the gap has grown since epoch {}", "{}；从第 {} 轮起差距不断拉大",
                           levels(found.gap.levels), found.gap_since);
    if (found.loss_rises_since)
      text += say(language_, ", validation loss has risen since epoch {}", "，验证损失从第 {} 轮起上升",
                  *found.loss_rises_since);
    if (found.guessing != analysis::Guessing::no) {
      const bool surely = found.guessing == analysis::Guessing::surely;
      text +=
          say(language_, ", and validation {} no better than guessing ({})", "，而验证准确率{}随机猜测（{}）",
              surely ? say(language_, "is", "并不好于") : say(language_, "may be", "可能并不好于"),
              percent(found.guessing_accuracy));
    }
    return text + say(language_, ": the network memorises", "：网络在死记硬背");
  }

  std::string operator()(const analysis::MemorisingHead& found) const {
    return say(
        language_,
        "{}: the last layer knows its training pictures by heart; what the frozen layers see in them tells "
        "less about others",
        "{}：最后一层已经把训练图片背了下来；冻结的各层在这些图片中看到的东西，对其他图片没有那么有用",
        levels(found.gap.levels));
  }

  std::string operator()(const analysis::StillImproving& found) const {
    std::string text = say(language_, "over {} training loss {}", "在{}里，训练损失{}",
                           last_epochs(found.trend), change(found.trend.training_change));
    if (!std::isnan(found.trend.levels.validation))
      text +=
          say(language_, " and validation loss {}", "，验证损失{}", change(found.trend.validation_change));
    return say(language_, "{}; {}: it has not finished learning", "{}；{}：它还没有学完", text,
               levels(found.trend.levels));
  }

  std::string operator()(const analysis::Plateau& found) const {
    return say(language_,
               "{}, and over {} training loss has stopped falling ({}): the network is too weak for these "
               "pictures, or held back",
               "{}，而在{}里训练损失已经不再下降（{}）：对这些图片来说网络太弱，或者受到了过多限制",
               levels(found.trend.levels), last_epochs(found.trend), change(found.trend.training_change));
  }

  std::string operator()(const analysis::NoValidation& found) const {
    return say(language_, "{}, and there are no validation pictures: whether it memorises cannot be seen",
               "{}，但没有验证图片：看不出它是否在死记硬背", levels(found.levels));
  }

  std::string operator()(const analysis::Healthy& found) const {
    return levels(found.gap.levels) + say(language_, ": ", "：") + gap(found) +
           (found.settled ? say(language_, ", and validation loss has settled", "，验证损失已经稳定") : "");
  }

 private:
  /// "94 %", and "99.2 %" near the ends, where whole percents would hide the difference.
  static std::string percent(double share) {
    const bool near_an_end = share > 0.985 || share < 0.015;
    return fmt::format("{:.{}f} %", 100 * share, near_an_end ? 1 : 0);
  }

  std::string epochs(int count) const { return counted(language_, count, "epoch", "轮"); }

  std::string validation_pictures(int64_t count) const {
    return counted(language_, count, "validation picture", "张验证图片");
  }

  std::string split(bool validation) const {
    return validation ? say(language_, "validation", "验证") : say(language_, "training", "训练");
  }

  std::string last_epochs(const analysis::LossTrend& trend) const {
    return say(language_, "the last {}", "最后 {}", epochs(trend.epochs));
  }

  /// "training accuracy 94 %, validation 71 % (medians of the last 3 epochs)"
  std::string levels(const analysis::Levels& levels) const {
    const std::string when =
        levels.epochs == 1
            ? ""
            : say(language_, " (medians of the last {} {})", "（{1} {0} 轮的中位数）", levels.epochs,
                  levels.every_epoch ? say(language_, "epochs", "最后")
                                     : say(language_, "validated epochs", "最后做过验证的"));
    if (std::isnan(levels.validation))
      return say(language_, "training accuracy {}{}", "训练准确率 {}{}", percent(levels.training), when);
    return say(language_, "training accuracy {}, validation {}{}", "训练准确率 {}，验证准确率 {}{}",
               percent(levels.training), percent(levels.validation), when);
  }

  /// "after 8 epochs training accuracy 51 %, validation 50 %, and guessing would give 50 %"
  std::string against_guessing(const analysis::AgainstGuessing& end) const {
    return say(language_, "after {} {}, and guessing would give {}", "经过 {}之后，{}，而随机猜测能得到 {}",
               epochs(end.epochs), levels(end.levels), percent(end.guessing_accuracy));
  }

  /// "fell by 12.0 %"
  std::string change(double share) const {
    return say(language_, "{} by {:.1f} %", "{}了 {:.1f} %",
               share < 0 ? say(language_, "fell", "下降") : say(language_, "rose", "上升"),
               100 * std::abs(share));
  }

  std::string gap(const analysis::Healthy& found) const {
    const double points = 100 * found.gap.gap, noise = 196 * found.gap.error;
    if (points < 0)
      return say(language_, "validation leads by {:.1f} points{}", "验证反而领先 {:.1f} 个百分点{}", -points,
                 found.regularized ? say(language_, ", because only training is made harder",
                                         "，因为只有训练时被加大了难度")
                                   : "");
    if (points < noise)
      return say(language_, "the gap of {:.1f} points is within the noise of ±{:.1f}",
                 "{:.1f} 个百分点的差距在 ±{:.1f} 的噪声之内", points, noise);
    return say(language_, "the gap of {:.1f} points {}", "{:.1f} 个百分点的差距{}", points,
               found.large_gap ? say(language_, "may be luck, with so few pictures to measure it",
                                     "可能只是偶然，因为用来衡量的图片太少")
                               : say(language_, "is modest", "不大"));
  }

  Language language_;
};

}  // namespace

std::string evidence_text(const analysis::Facts& facts, Language language) {
  return std::visit(EvidenceText(language), facts);
}

}  // namespace margay::text
