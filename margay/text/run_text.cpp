// Says how a run was made and measured.
#include "margay/text/run_text.h"

#include <cmath>

#include "margay/text/phrases.h"

namespace margay::text {

Kept kept_of(std::string_view keep_name) {
  if (keep_name == name_of(recipe::Method::head)) return Kept::head;
  if (keep_name == name_of(recipe::Keep::best)) return Kept::best_epoch;
  return keep_name == name_of(recipe::Keep::ema) ? Kept::average : Kept::last_epoch;
}

Kept kept_of(const recipe::Config& config) {
  return kept_of(config.training.method == recipe::Method::head ? name_of(recipe::Method::head)
                                                                : name_of(config.training.keep));
}

std::string kept_text(Kept kept, int epoch, Language language) {
  switch (kept) {
    case Kept::head:
      return say(language, "pretrained weights, and a fitted head", "预训练权重和拟合的最后一层");
    case Kept::best_epoch:
      return say(language, "weights of the best epoch by validation ({})",
                 "验证效果最好的一轮（第 {} 轮）的权重", epoch);
    case Kept::average:
      return say(language, "weights averaged over the steps up to epoch {}", "到第 {} 轮为止各步权重的平均值",
                 epoch);
    case Kept::last_epoch:
      break;
  }
  return say(language, "weights of the last epoch ({})", "最后一轮（第 {} 轮）的权重", epoch);
}

std::string measured_model_text(Kept kept, int epoch, Language language) {
  return say(language, "{}, in float32", "{}，以 float32 计算", kept_text(kept, epoch, language));
}

std::string run_title(const std::string& recipe, const std::string& data, Language language) {
  return say(language, "{} on {}", "用 {1} 训练 {0}", recipe, data);
}

std::string optimizer_text(const std::string& name, double momentum, Language language) {
  return momentum > 0 ? say(language, "{} with momentum {:g}", "{}（动量 {:g}）", name, momentum) : name;
}

std::string loss_changes_text(double label_smoothing, double focal_gamma, Language language) {
  std::string text;
  if (label_smoothing > 0)
    text = say(language, "labels smoothed by {:g}", "系数为 {:g} 的标签平滑", label_smoothing);
  if (focal_gamma > 0)
    text += say(language, "{}focal weighting with gamma {:g}", "{}gamma 为 {:g} 的 focal 加权",
                text.empty() ? std::string() : say(language, " and ", "和 "), focal_gamma);
  return text;
}

std::string repeat_text(RepeatDiffers why, const Wording& wording) {
  const Language language = wording.language();
  switch (why) {
    case RepeatDiffers::stopped:
      return say(
          language,
          "This training was stopped before its end; the command goes on to it, and makes other weights.",
          "这次训练在结束之前被中断；该命令会一直训练到结束，得到的权重会不同。");
    case RepeatDiffers::budget_in_sessions:
      return say(language,
                 "This training kept to a budget of time in several sessions: the command trains as many "
                 "epochs, and "
                 "makes other weights.",
                 "这次训练在时间预算内分几次完成：该命令训练同样多的轮数，但得到的权重会不同。");
    case RepeatDiffers::resumed:
      return say(
          language,
          "This training went on after a break. Where {}, {}, {} or pictures changed then, the command makes "
          "other weights.",
          "这次训练在中断之后继续进行。如果当时更改了 {}、{}、{} 或图片，该命令得到的权重会不同。",
          wording.setting("training.epochs"), wording.setting("training.threads"),
          wording.setting("training.precision"));
    case RepeatDiffers::no:
      break;
  }
  return {};
}

std::string choices_text(ValidationChoices choices, Language language) {
  std::vector<std::string> chosen;
  if (choices.kept_epoch) chosen.push_back(say(language, "the epoch that is kept", "保留哪一轮"));
  if (choices.end) chosen.push_back(say(language, "when the training ended", "训练何时结束"));
  if (choices.learning_rate) chosen.push_back(say(language, "the learning rate", "学习率"));
  if (chosen.empty()) return {};
  return say(
      language,
      "The validation pictures have chosen {}: numbers on them look better than they would on pictures that "
      "chose nothing, such as those of a test split, which say how good it is.",
      "验证图片参与决定了{}"
      "：在它们上面测得的数字，会比在没有参与任何选择的图片（例如测试集）上更好看，而后者才说明它"
      "有多好。",
      listed(language, chosen));
}

std::string head_choice_text(Language language) {
  return say(
      language,
      "Held-out training pictures have chosen the L2 strength of the head; validation pictures have chosen "
      "nothing.",
      "最后一层的 L2 强度由留出的训练图片决定；验证图片没有参与任何选择。");
}

std::string two_accuracies_text(const TwoAccuracies& two, Language language) {
  const std::string before = percent_1(two.while_training), after = percent_1(two.of_model);
  if (std::isnan(two.while_training) || before == after) return {};
  return say(
      language,
      "epoch {} got {} of the validation pictures right, measured while training{}; the model gets {}{}",
      "第 {} 轮在训练中测得验证图片答对了 {}{}；模型答对了 {}{}", two.epoch, before,
      two.in_bfloat16 ? say(language, " in bfloat16", "（以 bfloat16 计算）") : std::string(), after,
      two.in_bfloat16 ? say(language, ", in float32", "（以 float32 计算）") : std::string());
}

std::string two_accuracies_note(const TwoAccuracies& two, Language language) {
  const std::string part = two_accuracies_text(two, language);
  return part.empty() ? part : say(language, "In the curves {}.", "曲线中，{}。", part);
}

}  // namespace margay::text
