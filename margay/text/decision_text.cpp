// Says decisions and their reasons.
#include "margay/text/decision_text.h"

#include <array>
#include <cstdlib>

#include "margay/core/number_text.h"
#include "margay/text/phrases.h"
#include "margay/text/wrapped_text.h"

namespace margay::text {
namespace {

using analysis::Decision;
using Code = analysis::DecisionCode;

/// What decisions are about, and values that are words.
constexpr std::array kKnownWords{
    Words{"class weights", "类别权重"},
    Words{"device", "设备"},
    Words{"precision", "精度"},
    Words{"threads", "线程数"},
    Words{"warm-up", "预热"},
    Words{"recipe", "配方"},
    Words{"pictures", "图片"},
    Words{"network", "网络"},
    Words{"batch size", "批次大小"},
    Words{"training time", "训练时间"},
    Words{"size of pictures", "图片尺寸"},
    Words{"sizes of training pictures", "训练图片的尺寸"},
    Words{"L2 strength of the head", "最后一层的 L2 强度"},
    Words{"on", "开启"},
    Words{"none", "无"},
};

std::string known_word(const std::string& word, Language language) {
  for (const Words& known : kKnownWords)
    if (known.english == word) return known.in(language);
  return word;
}

/// How many fields a code needs at the least.
size_t fields_of(Code code) {
  switch (code) {
    case Code::similar_classes:
      return 5;
    case Code::class_weights:
    case Code::budget_plan:
      return 4;
    case Code::equal_classes:
    case Code::head_strength:
      return 1;
    case Code::long_warm_up:
    case Code::budget_best_network:
    case Code::budget_lesser_network:
      return 2;
    case Code::budget_size:
      return 7;
    case Code::budget_steps:
      return 3;
    default:
      return 0;
  }
}

/// The fields of a decision, which has enough of them.
class Reason {
 public:
  Reason(const Decision& decision, const Wording& wording)
      : decision_(decision), wording_(wording), language_(wording.language()) {}

  std::string text() const;

 private:
  const std::string& field(size_t i) const { return decision_.fields[i]; }
  double number(size_t i) const { return std::strtod(field(i).c_str(), nullptr); }
  std::string pictures(size_t i) const {
    return counted(language_, std::atoll(field(i).c_str()), "picture", "张图片");
  }
  std::string sizes() const {
    return say(language_, "'{}' has {} to train on and '{}' {}", "‘{}’有 {}可供训练，而‘{}’有 {} 张",
               field(0), pictures(1), field(2), grouped(std::atoll(field(3).c_str())));
  }

  const Decision& decision_;
  const Wording& wording_;
  Language language_;
};

std::string Reason::text() const {
  switch (decision_.code) {
    case Code::recorded:
      return decision_.reason;
    case Code::equal_classes:
      return say(language_, "every class has {} to train on", "每个类别都有 {}可供训练", pictures(0));
    case Code::similar_classes:
      return say(language_, "{}, less than {} to 1; {} would let rare ones count more",
                 "{}，相差不到 {} 比 1；{} 会让少见的类别更受重视", sizes(), field(4),
                 wording_.setting("training.balance", "weights"));
    case Code::class_weights:
      return say(language_, "{}: each class counts alike in the loss; {} would let each picture",
                 "{}：各类别在损失中同等重要；{} 则让每张图片同等重要", sizes(),
                 wording_.setting("training.balance", "none"));
    case Code::features_once:
      return say(language_, "the features are computed once, by what predicts later",
                 "特征只计算一次，由之后做预测的部分完成");
    case Code::no_cuda:
      return say(language_, "there is no CUDA device", "没有 CUDA 设备");
    case Code::cuda:
      return say(language_, "there is a CUDA device", "有 CUDA 设备");
    case Code::fast_bfloat16:
      return say(language_, "this machine multiplies bfloat16 in hardware; {} takes more time",
                 "这台机器的硬件支持 bfloat16 乘法；{} 需要更多时间",
                 wording_.setting("training.precision", "fp32"));
    case Code::no_bfloat16:
      return say(language_, "this machine has no hardware for bfloat16", "这台机器的硬件不支持 bfloat16");
    case Code::all_threads:
      return say(language_, "as many as this process may use; {} takes fewer",
                 "本进程可用的全部线程；用 {} 可以减少", wording_.setting("training.threads"));
    case Code::long_warm_up:
      return say(
          language_,
          "the learning rate grows all the way and is never lowered, as the training has {}; {} would leave "
          "it time to fall",
          "训练只有 {}，学习率会一直上升而从不下降；用 {} 可以留出下降的时间",
          counted(language_, std::atoll(field(0).c_str()), "epoch", "轮"),
          wording_.setting("schedule.warmup_epochs", field(1)));
    case Code::head_strength:
      return say(language_, "of {} it has the lowest loss on training pictures that were held out",
                 "在 {}中，它在留出的训练图片上损失最低",
                 counted(language_, std::atoll(field(0).c_str()), "strength", "个强度"));
    case Code::budget_plan:
      return say(language_, "what fits into {} at the {} that were measured here",
                 "按这里测得的{1}，{0}之内能完成的训练", short_time_text(number(0), language_),
                 speed_text(number(1), language_));
    case Code::budget_best_network:
      return say(language_,
                 "{:.0f} pictures or more fit into {} with it, the most accurate of budget.networks",
                 "用它在 {1}之内能训练 {0:.0f} 张图片以上，它也是 budget.networks 中最准确的", number(0),
                 short_time_text(number(1), language_));
    case Code::budget_lesser_network:
      return say(
          language_,
          "with the more accurate of budget.networks fewer than {:.0f} pictures fit into {}; {} names one",
          "若用 budget.networks 中更准确的网络，{1}之内训练不到 {0:.0f} 张图片；可用 {2} 指定网络", number(0),
          short_time_text(number(1), language_), wording_.setting("network.name"));
    case Code::budget_size:
      return say(
          language_, "of {} x {} pixels fewer than {:.0f} pictures fit into {}; {} takes those all the same",
          "若为 {0} × {1} 像素，{3}之内训练不到 {2:.0f} 张图片；{4} 仍会使用这个尺寸", field(3), field(4),
          number(5), short_time_text(number(6), language_), wording_.setting("budget.pictures", "0"));
    case Code::budget_steps:
      return say(language_,
                 "{} pictures are fewer than two steps of {} take; {} in place of {} leaves steps as they "
                 "are asked for",
                 "{} 张图片还不够两步各 {} 张；用 {} 代替 {} 可以保持所要求的步长", field(1), field(2),
                 wording_.setting("training.epochs"), wording_.setting("budget.seconds"));
  }
  return decision_.reason;
}

}  // namespace

std::string setting_text(const Decision& decision, Language language) {
  return known_word(decision.setting, language);
}

std::string value_text(const Decision& decision, Language language) {
  if (language == Language::english || decision.fields.size() < fields_of(decision.code))
    return known_word(decision.value, language);
  const std::vector<std::string>& fields = decision.fields;
  switch (decision.code) {
    case Code::budget_plan:
      return fmt::format("{}，{}", fields[2].empty() ? "配方自带的网络" : fields[2],
                         fields[3] == "0" ? "不到 1 轮" : fmt::format("约 {} 轮", fields[3]));
    case Code::long_warm_up:
      return fmt::format("{:g} 轮", std::strtod(decision.value.c_str(), nullptr));
    case Code::budget_size:
      return fmt::format("{} × {} 像素，训练时为 {}", fields[0], fields[1], fields[2]);
    case Code::budget_steps:
      return fields[0] == "1"
                 ? decision.value
                 : fmt::format("{}，每步 {} 个批次", std::atoll(decision.value.c_str()), fields[0]);
    default:
      return known_word(decision.value, language);
  }
}

std::string reason_text(const Decision& decision, const Wording& wording) {
  if (decision.fields.size() < fields_of(decision.code)) return decision.reason;
  return Reason(decision, wording).text();
}

std::string format_decisions(const std::vector<Decision>& decisions, const Wording& wording) {
  const Language language = wording.language();
  std::string text;
  for (const Decision& decision : decisions)
    text += wrapped_text(fmt::format("{}: {} ({})", setting_text(decision, language),
                                     value_text(decision, language), reason_text(decision, wording)),
                         2, kTextColumns, 6);
  return text.empty() ? text : say(language, "Decided by margay:\n", "由 margay 决定：\n") + text;
}

Json to_json(const std::vector<Decision>& decisions, const Wording& wording) {
  Json list = Json::array();
  for (const Decision& decision : decisions)
    list.push_back({{"setting", decision.setting},
                    {"value", decision.value},
                    {"reason", reason_text(decision, wording)},
                    {"code", name_of(decision.code)},
                    {"fields", decision.fields}});
  return list;
}

}  // namespace margay::text
