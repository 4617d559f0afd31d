// Says what makes figures look better than they are.
#include "margay/text/familiarity_text.h"

#include <array>

#include "margay/core/joined.h"
#include "margay/core/number_text.h"
#include "margay/data/class_names.h"
#include "margay/text/phrases.h"

namespace margay::text {
namespace {

/// What validation pictures choose; models of earlier versions have these words, too.
constexpr std::array kChoices{
    Words{"the epoch that is kept", "保留哪一轮"},
    Words{"when the training ended", "训练何时结束"},
    Words{"the learning rate", "学习率"},
    Words{"the settings, in a sweep", "搜索得到的设置"},
};

std::string choice_text(const std::string& choice, Language language) {
  for (const Words& known : kChoices)
    if (known.english == choice) return known.in(language);
  return choice;
}

std::string choices_of(const analysis::Familiarity& familiarity, Language language) {
  std::vector<std::string> choices;
  for (const std::string& choice : familiarity.choices) choices.push_back(choice_text(choice, language));
  return listed(language, choices);
}

/// Why it is not known what a model has learned from.
std::string reason_of(const analysis::Familiarity& familiarity, Language language) {
  if (familiarity.altered_record.empty())
    return say(language, "for want of a manifest with hashes beside it", "因为旁边没有带哈希值的清单");
  return say(language, "because its {} is {}", "因为它的 {} {}", familiarity.altered_record,
             familiarity.record_is_gone
                 ? say(language, "gone", "已经不在了")
                 : say(language, "not as the training wrote it", "与训练时写下的不同"));
}

/// "8 of the 24 pictures have"
std::string choosing_text(const analysis::Familiarity& familiarity, Language language) {
  if (language == Language::chinese)
    return fmt::format("{} 张图片中有 {} 张", grouped(familiarity.measured),
                       grouped(familiarity.chose_model));
  const std::string text = part_of(familiarity.chose_model, familiarity.measured, "picture", "has", "have");
  return text.starts_with("the") ? "The" + text.substr(3) : text;
}

std::string chosen_text(const analysis::Familiarity& familiarity, Language language) {
  const std::string choices = choices_of(familiarity, language);
  if (familiarity.chose_model > 0)
    return say(
        language, "{} chosen {}: on {} it looks better than on new pictures, which alone say how good it is.",
        "{}参与决定了{}：在{}上，它会显得比在新图片上更好，而只有新图片才说明它有多好。",
        choosing_text(familiarity, language), choices,
        familiarity.chose_model == 1 ? say(language, "it", "这张图片") : say(language, "them", "这些图片"));
  if (familiarity.known)
    return say(language, "Validation pictures have chosen {}; none of them is measured here.",
               "验证图片参与决定了{}；这里测量的图片中没有它们。", choices);
  return say(language,
             "Validation pictures have chosen {}: numbers on them look better than they would on new ones.",
             "验证图片参与决定了{}：在它们上面测得的数字，会比在新图片上更好看。", choices);
}

}  // namespace

std::string evaluation_title(const std::string& model, const std::string& data, Language language) {
  return say(language, "{} on {}", "{} 在 {} 上的表现", model, data);
}

std::vector<std::string> familiarity_text(const analysis::Familiarity& familiarity, const std::string& model,
                                          Language language) {
  std::vector<std::string> sentences;
  if (!familiarity.known)
    sentences.push_back(say(
        language,
        "Which pictures {} has learned from is not known, {}: numbers on those would look better than on new "
        "ones.",
        "无法得知 {} 学过哪些图片，{}：在学过的图片上测得的数字，会比在新图片上更好看。", model,
        reason_of(familiarity, language)));
  if (!familiarity.unknown_weights.empty())
    sentences.push_back(say(
        language,
        "It goes back to the weights {}, and which pictures those had learned from is not known: numbers on "
        "such pictures would look better than on new ones.",
        "它源自权重 {}，而无法得知那些权重学过哪些图片：在学过的图片上测得的数字，会比在新图片上更好看。",
        familiarity.unknown_weights));
  if (familiarity.learned > 0)
    sentences.push_back(say(
        language, "Left out: {} that {} has learned from, known by content; of those alone it gets {} right.",
        "未计入：{}是 {} 学过的（按内容判断）；单看这些图片，它的准确率为 {}。",
        counted(language, familiarity.learned, "picture", "张图片"), model,
        percent_1(familiarity.learned_accuracy)));
  if (familiarity.known && familiarity.set_aside)
    sentences.push_back(say(
        language,
        "Training also set pictures aside, to choose how the last layer was fitted; they count as learned "
        "from.",
        "训练还留出了一部分图片，用来决定如何拟合最后一层；它们也算作学过的图片。"));
  if (!familiarity.choices.empty()) sentences.push_back(chosen_text(familiarity, language));
  return sentences;
}

std::string absent_classes_text(std::span<const std::string> present, std::span<const std::string> absent,
                                Language language) {
  constexpr size_t kTold = 4;
  if (absent.empty()) return {};
  if (present.size() == 1)
    return say(language,
               "All of the pictures show {}: the accuracy is the recall of that class, and figures that need "
               "pictures of other classes are left out.",
               "所有图片都属于类别 {}：准确率就是该类别的召回率，需要其他类别图片的数字没有列出。",
               data::quoted_name(present.front()));
  std::vector<std::string> names;
  for (const std::string& name : absent) names.push_back(data::quoted_name(name));
  return say(language, "There are no pictures of {}: the figures are those of the other classes.",
             "没有类别 {} 的图片：各项数字只涉及其他类别。", listed(language, names, kTold));
}

}  // namespace margay::text
