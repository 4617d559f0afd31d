// Says what to do about it.
#include "margay/text/finding_text.h"

namespace margay::text {
namespace {

using analysis::Advice;

constexpr Words kPicturesToCheck{
    "100 pictures of all classes tell an accuracy to about 10 points, 1,000 to about 3.",
    "各类别共 100 张图片可以把准确率测到约 ±10 个百分点，1,000 张约 ±3 个百分点。"};
constexpr Words kMeasure{"Measure it class by class, and ask it about pictures of your own.",
                         "请逐类衡量它，并让它辨认您自己的图片。"};

}  // namespace

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

}  // namespace margay::text
