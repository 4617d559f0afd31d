// Says what can be done with a model.
#include "margay/text/next_step_text.h"

#include "margay/core/number_text.h"
#include "margay/text/finding_text.h"
#include "margay/text/wrapped_text.h"

namespace margay::text {
namespace {

using Wish = analysis::NextStep::Wish;

std::string measuring_text(const analysis::NextStep& step, Language language) {
  if (!step.unknown_weights.empty())
    return say(
        language,
        "Measure it class by class, on the validation pictures of this training; whether {} had learned from "
        "some of them is not known:",
        "请在本次训练的验证图片上逐类衡量它；{}是否学过其中的一些图片，无从得知：",
        listed(language, step.unknown_weights));
  if (!step.some_learned)
    return say(
        language,
        "Measure it class by class, on the validation pictures of this training, which it has not learned "
        "from:",
        "请在本次训练的验证图片上逐类衡量它，这些图片它没有学过：");
  return say(language, "Measure it class by class, on the {} of this training that it has not learned from:",
             "请在本次训练中它没有学过的 {}上逐类衡量它：",
             counted(language, step.fresh_pictures, "validation picture", "张验证图片"));
}

}  // namespace

std::string step_text(const analysis::NextStep& step, const Wording& wording) {
  const Language language = wording.language();
  switch (step.wish) {
    case Wish::ask_it:
      return say(language, "Ask it about a picture:", "让它辨认一张图片：");
    case Wish::measure_validation:
      return measuring_text(step, language);
    case Wish::measure_test:
      return say(
          language,
          "Measure it on the test pictures, which have neither taught nor chosen anything: that number is "
          "the one to report.",
          "请在测试图片上衡量它，这些图片既没有用于学习，也没有用于选择：应当报告的就是这个数字。");
    case Wish::measure_others:
      return say(
          language,
          "The number to report is of pictures that have neither taught nor chosen anything, in a folder per "
          "class:",
          "应当报告的，是在既没有用于学习、也没有用于选择的图片上测得的数字，图片按类别放在文件夹里：");
    case Wish::follow_finding:
      return step.finding ? advice_text(*step.finding, wording) : std::string();
    case Wish::fit_published:
      return say(
          language,
          "Often far more accurate, above all where pictures are few: a network that has learned from a "
          "million other pictures, of which only the last layer is fitted to these.{}",
          "往往准确得多，尤其是在图片不多的时候：使用一个已经从上百万张其他图片中学习过的网络，只让最后一层"
          "适应这些图片。{}",
          step.download_bytes > 0
              ? say(language, " Its weights are downloaded once, about {}.", "它的权重只需下载一次，约 {}。",
                    format_bytes(static_cast<double>(step.download_bytes)))
              : std::string());
    case Wish::train_all_layers:
      return say(
          language,
          "Often more accurate still, above all where the classes are not those of the published weights: "
          "all "
          "layers learn from these pictures, not only the last one.",
          "往往还能更准确，尤其是当类别与已发布权重的类别不同的时候：让所有层都从这些图片中学习，而不只是最后"
          "一层。");
  }
  return {};
}

std::string format_next_steps(const std::vector<analysis::NextStep>& steps, const Wording& wording) {
  std::string text;
  for (const analysis::NextStep& step : steps) {
    text += wrapped_text(step_text(step, wording), 2);
    if (const std::string command = wording.command(step.action); !command.empty())
      text += fmt::format("    {}\n", command);
  }
  return text.empty() ? text : say(wording.language(), "What next:\n", "下一步：\n") + text;
}

Json to_json(const std::vector<analysis::NextStep>& steps, const Wording& wording) {
  Json list = Json::array();
  for (const analysis::NextStep& step : steps)
    list.push_back({{"purpose", name_of(step.purpose)},
                    {"code", name_of(step.wish)},
                    {"text", step_text(step, wording)},
                    {"command", wording.command(step.action)},
                    {"action", analysis::to_json(step.action)}});
  return list;
}

}  // namespace margay::text
