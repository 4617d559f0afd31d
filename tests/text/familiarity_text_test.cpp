// Golden sentences about what a model has seen before of the pictures that it is measured on.
#include "margay/text/familiarity_text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace margay::text {
namespace {

std::string only(const analysis::Familiarity& familiarity, Language language) {
  const std::vector<std::string> sentences = familiarity_text(familiarity, "runs/a", language);
  REQUIRE(sentences.size() == 1);
  return sentences.front();
}

TEST_CASE("a model that knows what it learned from, and chose nothing, needs no word") {
  CHECK(familiarity_text({.known = true, .measured = 10}, "runs/a", Language::english).empty());
  CHECK(absent_classes_text(std::vector<std::string>{"cats"}, {}, Language::english).empty());
}

TEST_CASE("what is not known is said with its reason") {
  CHECK(only({}, Language::english) ==
        "Which pictures runs/a has learned from is not known, for want of a manifest with hashes beside it: "
        "numbers on those would look better than on new ones.");
  CHECK(only({}, Language::chinese) ==
        "无法得知 runs/a 学过哪些图片，因为旁边没有带哈希值的清单：在学过的图片上测得的数字，会比在新图片上"
        "更好看。");
  analysis::Familiarity altered{.altered_record = "manifest.csv", .record_is_gone = true};
  CHECK(only(altered, Language::english).find("because its manifest.csv is gone:") != std::string::npos);
  CHECK(only(altered, Language::chinese).find("因为它的 manifest.csv 已经不在了：") != std::string::npos);
  altered.record_is_gone = false;
  CHECK(only(altered, Language::english).find("is not as the training wrote it:") != std::string::npos);
}

TEST_CASE("pictures that were learned or have chosen are counted") {
  const analysis::Familiarity learned{
      .known = true, .measured = 10, .learned = 38, .learned_accuracy = 0.995};
  CHECK(only(learned, Language::english) ==
        "Left out: 38 pictures that runs/a has learned from, known by content; of those alone it gets 99.5 % "
        "right.");
  CHECK(only(learned, Language::chinese) ==
        "未计入：38 张图片是 runs/a 学过的（按内容判断）；单看这些图片，它的准确率为 99.5 %。");
  analysis::Familiarity chosen{.known = true,
                               .measured = 24,
                               .chose_model = 8,
                               .choices = {"the epoch that is kept", "when the training ended"}};
  CHECK(
      only(chosen, Language::english) ==
      "8 of the 24 pictures have chosen the epoch that is kept and when the training ended: on them it looks "
      "better than on new pictures, which alone say how good it is.");
  CHECK(
      only(chosen, Language::chinese) ==
      "24 张图片中有 8 张参与决定了保留哪一轮 和 训练何时结束：在这些图片上，它会显得比在新图片上更好，而只有"
      "新图片才说明它有多好。");
  chosen.measured = chosen.chose_model = 1;
  CHECK(only(chosen, Language::english).starts_with("The only picture has chosen the epoch"));
  chosen.chose_model = 0;
  CHECK(only(chosen, Language::chinese) ==
        "验证图片参与决定了保留哪一轮 和 训练何时结束；这里测量的图片中没有它们。");
}

TEST_CASE("classes without pictures are named") {
  const std::vector<std::string> one{"cats"}, two{"cats", "dogs"}, absent{"birds"};
  CHECK(absent_classes_text(one, absent, Language::english) ==
        "All of the pictures show 'cats': the accuracy is the recall of that class, and figures that need "
        "pictures of other classes are left out.");
  CHECK(absent_classes_text(two, absent, Language::english) ==
        "There are no pictures of 'birds': the figures are those of the other classes.");
  CHECK(absent_classes_text(two, absent, Language::chinese) ==
        "没有类别 'birds' 的图片：各项数字只涉及其他类别。");
}

}  // namespace
}  // namespace margay::text
