// Says what was found. Each kind of facts has its sentence: without one, this file does not compile.
#include "margay/text/finding_text.h"

#include <cmath>
#include <variant>
#include <vector>

#include "margay/core/number_text.h"
#include "margay/text/phrases.h"

namespace margay::text {
namespace {

using analysis::Advice;
using analysis::Condition;

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

constexpr Words kPicturesToCheck{
    "100 pictures of all classes tell an accuracy to about 10 points, 1,000 to about 3.",
    "各类别共 100 张图片可以把准确率测到约 ±10 个百分点，1,000 张约 ±3 个百分点。"};
constexpr Words kMeasure{"Measure it class by class, and ask it about pictures of your own.",
                         "请逐类衡量它，并让它辨认您自己的图片。"};

}  // namespace

std::string condition_text(Condition condition, Language language) {
  switch (condition) {
    case Condition::not_finite:
      return say(language, "not finite", "数值溢出");
    case Condition::no_new_pictures:
      return say(language, "validation shows learned pictures", "验证集全是学过的图片");
    case Condition::few_new_pictures:
      return say(language, "validation shows some learned pictures", "验证集含有学过的图片");
    case Condition::too_few_pictures:
      return say(language, "far too few pictures", "图片太少");
    case Condition::too_short:
      return say(language, "too short to tell", "训练太短，无法判断");
    case Condition::rate_too_high:
      return say(language, "rate too high", "学习率过高");
    case Condition::rate_too_low:
      return say(language, "rate too low", "学习率过低");
    case Condition::stuck_at_chance:
      return say(language, "stuck at chance", "停留在随机猜测的水平");
    case Condition::unstable:
      return say(language, "unstable", "训练不稳定");
    case Condition::shuffled_labels:
      return say(language, "labels look shuffled", "标签像是被打乱了");
    case Condition::overfitting:
      return say(language, "overfitting", "过拟合");
    case Condition::underfitting:
      return say(language, "underfitting", "欠拟合");
    case Condition::still_improving:
      return say(language, "still improving", "仍在进步");
    case Condition::no_validation:
      return say(language, "no validation", "没有验证集");
    case Condition::healthy:
      return say(language, "healthy", "健康");
  }
  return {};
}

std::string evidence_text(const analysis::Facts& facts, Language language) {
  return std::visit(EvidenceText(language), facts);
}

std::string advice_text(const analysis::Finding& finding, const Wording& wording) {
  const Language language = wording.language();
  const auto range_test = [&] { return wording.tool(Tool::range_test); };
  const auto hold_back = [&] {
    return say(language,
               " Where DATA has a folder per class and no splits, {} holds pictures back, and copies of one "
               "are never "
               "on both sides.",
               "如果数据是每个类别一个文件夹、没有划分，{} "
               "会留出一部分图片，而且同一张图片的副本不会同时出现在两边。",
               wording.tool(Tool::holding_back));
  };
  switch (finding.advice) {
    case Advice::measure:
      return kMeasure.in(language);
    case Advice::more_validation_pictures:
      return say(language, "More validation pictures would show whether it memorises: {}",
                 "更多的验证图片才能看出它是否在死记硬背：{}", kPicturesToCheck.in(language));
    case Advice::check_with_more_pictures:
      return say(language, "Check with more pictures: {}", "请用更多图片来检验：{}",
                 kPicturesToCheck.in(language));
    case Advice::clip_or_smaller_steps:
      return say(language, "Take smaller steps, or cut off large gradients with {}.",
                 "请减小步长，或用 {} 裁剪过大的梯度。", wording.setting("optimizer.clip_norm", "1"));
    case Advice::full_precision:
      return say(language, "Take smaller steps. If it happens again, train with {}.",
                 "请减小步长。如果再次发生，请用 {} 训练。", wording.setting("training.precision", "fp32"));
    case Advice::go_on_some_epochs:
      return say(language, "Go on for some more epochs; the curves speak from the third one on.",
                 "请再训练几轮；从第三轮起曲线才能说明问题。");
    case Advice::go_on_some_steps: {
      const auto* facts = std::get_if<analysis::TooShort>(&finding.facts);
      return say(language, "Go on: about {} steps show where it leads.",
                 "请继续训练：大约 {} 步之后就能看出走向。", facts ? facts->telling_steps : 0);
    }
    case Advice::go_on_until_shown:
      return say(language, "Go on for some more epochs, until the curves show where it leads.",
                 "请再训练几轮，直到曲线显出走向。");
    case Advice::smaller_steps:
      return say(language, "Take smaller steps; {} measures which rate the network bears.",
                 "请减小步长；{} 可以测出网络能承受多大的学习率。", range_test());
    case Advice::larger_steps:
      return say(language, "Take larger steps; {} measures which rate the network bears.",
                 "请加大步长；{} 可以测出网络能承受多大的学习率。", range_test());
    case Advice::give_a_rate:
      return say(language, "Give it a rate; {} measures which one the network bears.",
                 "请给它一个学习率；{} 可以测出网络能承受多大的学习率。", range_test());
    case Advice::smaller_steps_and_look:
      return say(
          language,
          "Try smaller steps. Look at the pictures too: are they in the folders of their classes, and do "
          "they still show something at this size?",
          "请试试更小的步长。也请看看图片：它们是否放在各自类别的文件夹里？在这个尺寸下还看得清内容吗？");
    case Advice::check_labels:
      return say(
          language,
          "Check whether pictures and labels belong together, above all where a list or a script has put "
          "them together. If they do, the pictures do not show what tells the classes apart, or are far "
          "too few.",
          "请检查图片和标签是否对应，尤其是当它们由列表或脚本配在一起的时候。如果确实对应，那就是图片里看不出"
          "类别之间的区别，或者图片实在太少。");
    case Advice::check_folders:
      return say(language, "Check that the folders hold what their names say; if they do, train all layers.",
                 "请检查各文件夹里的内容是否与名称相符；如果相符，请训练所有层。");
    case Advice::train_all_layers:
      return say(
          language,
          "More pictures help most. With those that there are, let all layers learn from them, not only the "
          "last one.",
          "更多图片最有帮助。就现有的图片而言，请让所有层都从中学习，而不只是最后一层。");
    case Advice::augment_and_drop_out:
      return say(
          language,
          "Show every picture in a new variant each time, and let the network forget a part of what it sees: "
          "augmentation and dropout.",
          "每次都展示图片的一个新变体，并让网络随机忘掉所见的一部分：即数据增强和随机失活（dropout）。");
    case Advice::augment:
      return say(language, "Show every picture in a new variant each time: augmentation.",
                 "每次都展示图片的一个新变体：即数据增强。");
    case Advice::take_published_weights:
      return say(
          language,
          "More pictures help most. A network that has learned from a million others needs fewer of yours: "
          "take its weights.",
          "更多图片最有帮助。已经从上百万张其他图片中学习过的网络，需要的图片会少得多：请使用它的权重。");
    case Advice::keep_best_epoch:
      return say(
          language,
          "More pictures help most. Until there are some, keep the weights of the best validation epoch.",
          "更多图片最有帮助。在此之前，请保留验证效果最好的那一轮的权重。");
    case Advice::train_longer:
      return say(language, "Train for more epochs; it costs nothing but time.",
                 "请多训练几轮；只需要花些时间。");
    case Advice::weaken_regularization:
      return say(language,
                 "Weaken augmentation and dropout, or add filters and layers, in a recipe of your own.",
                 "请在您自己的配方里减弱数据增强和随机失活（dropout），或增加卷积核和层数。");
    case Advice::enlarge_network:
      return say(language, "Add filters and layers in a recipe of your own, or use larger pictures.",
                 "请在您自己的配方里增加卷积核和层数，或使用更大的图片。");
    case Advice::hold_pictures_back:
      return say(language, "Move some pictures of every class into a folder named validation beside train.",
                 "请把每个类别的一部分图片移到 train 旁边名为 validation 的文件夹里。");
    case Advice::replace_validation:
      return say(language, "Leave the validation folder out, or replace its pictures by others.",
                 "请去掉验证文件夹，或换成其他图片。") +
             hold_back();
    case Advice::take_out_learned:
      return say(language,
                 "Take them out of the validation pictures, or put others there that it has not learned "
                 "from.",
                 "请把它们从验证图片中去掉，或换成网络没有学过的图片。") +
             hold_back();
    case Advice::collect_pictures:
      return say(
          language,
          "To train the last layer of a published network ({}) 20 to 50 pictures of each class are a start, "
          "to train a whole network some hundreds. To check it, {}",
          "若只训练已发布网络的最后一层（{}），每个类别 20 到 50 张图片就可以起步；若要训练整个网络，则需要"
          "几百张。若要检验它，{}",
          wording.setting("recipe", "transfer"), kPicturesToCheck.in(language));
  }
  return {};
}

Json to_json(const analysis::Diagnosis& diagnosis, const Wording& wording) {
  Json list = Json::array();
  for (const analysis::Finding& finding : diagnosis.findings)
    list.push_back({{"condition", name_of(finding.condition)},
                    {"code", finding.code()},
                    {"numbers", finding.numbers()},
                    {"evidence", evidence_text(finding.facts, wording.language())},
                    {"advice", advice_text(finding, wording)},
                    {"advice_code", name_of(finding.advice)},
                    {"command", wording.command(finding.action)},
                    {"action", analysis::to_json(finding.action)}});
  return list;
}

}  // namespace margay::text
