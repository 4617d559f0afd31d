// Golden sentences of the page of an inspection, in both languages, and what reading a data set said.
#include "margay/text/inspection_text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "margay/text/data_text.h"

namespace margay::text {
namespace {

const Wording kEnglish(Language::english), kChinese(Language::chinese);

TEST_CASE("classes of several sizes are told with what a training makes of them") {
  const LargestAndSmallest classes{.largest = "cats", .smallest = "dogs", .ratio = 3};
  CHECK(InspectionText(kEnglish).balance(classes, 2) ==
        "To train on, the largest class, cats, has 3.0 times the pictures of the smallest, dogs. As it is, a "
        "training will let the pictures of small classes count more, unless training.balance says otherwise: "
        "weights lets the pictures of small classes count more, sample shows all classes equally often, none "
        "leaves them as they are, and auto, the default, takes weights from 2 to 1 on.");
  CHECK(
      InspectionText(kChinese).balance(classes, 2) ==
      "可供训练的图片中，最大的类别 cats 是最小的类别 dogs 的 3.0 倍。照此情形，训练 会让小类别的图片更受重视"
      "，除非用 training.balance 另行指定：weights 让小类别的图片更受重视，sample 让各类别出现得一样多，none "
      "保持原样；默认的 auto 从 2 比 1 起采用 weights。");
  CHECK(InspectionText(kChinese).first_classes(200, 1500) ==
        "表格只列出 1,500 个类别中的前 200 个；JSON 格式的检查结果 里有全部类别。");
}

TEST_CASE("sizes and brightness are said with their numbers") {
  data::Inspection inspection;
  inspection.width = {100, 150, 1600};
  inspection.height = {80, 120, 1200};
  inspection.brightness = {0.1, 0.5, 0.9};
  CHECK(InspectionText(kEnglish).sizes(inspection) ==
        "Pictures are 100 to 1,600 pixels wide and 80 to 1,200 high; half of them are at most 150 wide, and "
        "half at most 120 high. Their mean brightness goes from 10.0 % to 90.0 %.");
  CHECK(InspectionText(kChinese).sizes(inspection) ==
        "图片宽 100 至 1,600 像素，高 80 至 1,200 像素；一半图片的宽度不超过 150 像素，一半图片的高度不超过 "
        "120 "
        "像素。平均亮度从 10.0 % 到 90.0 %。");
  inspection.converted = 1;
  CHECK(
      InspectionText(kEnglish)
          .sizes(inspection)
          .ends_with("The colours of 1 picture are converted to sRGB, as the ICC profile inside asks for."));
  CHECK(InspectionText(kChinese)
            .sizes(inspection)
            .ends_with("有 1 张图片的颜色按内嵌的 ICC 配置文件转换成了 sRGB。"));
  CHECK(InspectionText(kEnglish).last_bar(3, 12.25) == "The last bar also holds 3 larger ones up to 12.25.");
  CHECK(InspectionText(kChinese).last_bar(3, 4000) == "最后一根柱子还包括 3 张数值更大的图片，最大为 4000。");
}

TEST_CASE("splits are named, and a set without any is none") {
  CHECK(InspectionText(kEnglish).in_splits(std::vector<std::string>{"train", "validation"}) ==
        "in train and validation");
  CHECK(InspectionText(kEnglish).in_splits(std::vector<std::string>{"all"}) == "in one set, not split");
  CHECK(InspectionText(kChinese).in_splits(std::vector<std::string>{"train", "validation"}) ==
        "分布于 训练集 和 验证集");
  CHECK(InspectionText(kChinese).in_splits(std::vector<std::string>{"all"}) == "没有划分");
}

TEST_CASE("how data were read is a sentence in the language of the page") {
  const char* const kLayout = "a zip with a folder per class, not split";
  CHECK(layout_text(kLayout, Language::english).text == "A zip with a folder per class, not split.");
  const DataText chinese = layout_text(kLayout, Language::chinese);
  CHECK(chinese.text == "一个 zip 文件，其中每个类别一个文件夹，没有划分。");
  CHECK_FALSE(chinese.is_foreign);
  const DataText table = layout_text("a manifest: path in 'id', not split", Language::chinese);
  CHECK(table.text == "A manifest: path in 'id', not split.");
  CHECK(table.is_foreign);
}

TEST_CASE("why files were left out is said in the language of the page, with the names in it") {
  CHECK(left_out_text("not a picture (.txt)", Language::english).text == "not a picture (.txt)");
  CHECK(left_out_text("not a picture (.txt)", Language::chinese).text == "不是图片（.txt）");
  CHECK(left_out_text("not a picture (no extension)", Language::chinese).text == "不是图片（没有扩展名）");
  CHECK(left_out_text("a raw file of a camera (.nef)", Language::chinese).text == "相机的 RAW 文件（.nef）");
  CHECK(left_out_text("a link to a folder outside the data set", Language::chinese).text ==
        "指向数据集之外的文件夹的链接");
  CHECK(left_out_text("encrypted in the archive", Language::chinese).is_foreign);
}

}  // namespace
}  // namespace margay::text
