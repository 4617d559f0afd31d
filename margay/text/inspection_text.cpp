// Every word of that page, in both languages.
#include "margay/text/inspection_text.h"

#include <fmt/format.h>

#include "margay/text/phrases.h"

namespace margay::text {

std::string InspectionText::title(const std::string& data) const {
  return say("What is in {}", "{} 里有什么", data);
}

std::string InspectionText::made_by_margay() const {
  return say("Made by margay.", "由 margay 生成。");
}

std::string InspectionText::warnings() const {
  return say("Warnings", "警告");
}

std::string InspectionText::classes() const {
  return say("Classes", "类别");
}

std::string InspectionText::formats_and_sizes() const {
  return say("Formats, sizes and brightness", "格式、尺寸与亮度");
}

std::string InspectionText::darkest_and_brightest() const {
  return say("Darkest and brightest", "最暗与最亮的图片");
}

std::string InspectionText::darkest() const {
  return say("The darkest", "最暗的图片");
}

std::string InspectionText::brightest() const {
  return say("The brightest", "最亮的图片");
}

std::string InspectionText::the_pictures() const {
  return say("The pictures", "图片一览");
}

std::string InspectionText::copies() const {
  return say("Copies", "副本");
}

std::string InspectionText::turned() const {
  return say("Turned", "转正");
}

std::string InspectionText::broken() const {
  return say("Broken", "损坏");
}

std::string InspectionText::ignored() const {
  return say("Ignored", "忽略的文件");
}

std::string InspectionText::can_be_used() const {
  return say("that can be used", "可以使用");
}

std::string InspectionText::in_splits(std::span<const std::string> splits) const {
  if (splits.size() == 1 && splits.front() == "all") return say("in one set, not split", "没有划分");
  std::vector<std::string> names;
  for (const std::string& split : splits) names.push_back(page_.split(split));
  return say("in {}", "分布于 {}", listed(language_, names));
}

std::string InspectionText::broken_note(size_t broken) const {
  return broken == 0 ? say("every file decodes", "所有文件都能解码")
                     : say("left out, listed below", "没有使用，列在下方");
}

std::string InspectionText::turned_note() const {
  return say("by their EXIF orientation", "依据 EXIF 方向信息");
}

std::string InspectionText::files() const {
  return say("Files", "文件");
}

std::string InspectionText::of_usable_pictures() const {
  return say("of usable pictures", "可用图片的总大小");
}

std::string InspectionText::total() const {
  return say("total", "合计");
}

std::string InspectionText::broken_column() const {
  return say("broken", "损坏");
}

std::string InspectionText::first_classes(size_t named, size_t count) const {
  return say("The table names the first {} of {} classes; {} has all.",
             "表格只列出 {1} 个类别中的前 {0} 个；{2} 里有全部类别。", named,
             grouped(static_cast<int64_t>(count)), wording_.tool(Tool::inspection_as_json));
}

std::string InspectionText::empty_class() const {
  return say("A class has no picture to train on: {} will refuse this data set.",
             "有一个类别没有任何可供训练的图片：{} 会拒绝这个数据集。", wording_.tool(Tool::training));
}

std::string InspectionText::equal_classes() const {
  return say("All classes have the same number of pictures to train on.", "各类别可供训练的图片一样多。");
}

std::string InspectionText::balance(const LargestAndSmallest& classes, double unequal) const {
  const std::string counting = classes.ratio >= unequal
                                   ? say("the pictures of small classes count more", "小类别的图片更受重视")
                                   : say("all pictures count the same", "所有图片同等重要");
  return say(
      "To train on, the largest class, {}, has {:.1f} times the pictures of the smallest, {}. As it is, {} "
      "will let {}, unless {} says otherwise: weights lets the pictures of small classes count more, sample "
      "shows all classes equally often, none leaves them as they are, and auto, the default, takes weights "
      "from {:g} to 1 on.",
      "可供训练的图片中，最大的类别 {0} 是最小的类别 {2} 的 {1:.1f} 倍。照此情形，{3} 会让{4}，除非用 {5} "
      "另行指定：weights 让小类别的图片更受重视，sample 让各类别出现得一样多，none 保持原样；默认的 auto 从 "
      "{6:g} 比 1 起采用 weights。",
      classes.largest, classes.ratio, classes.smallest, wording_.tool(Tool::training), counting,
      wording_.setting("training.balance"), unequal);
}

std::vector<std::string> InspectionText::format_columns() const {
  if (language_ == Language::chinese) return {"格式（按内容判断）", "图片", "占比"};
  return {"format, by content", "pictures", "share"};
}

std::string InspectionText::sizes(const data::Inspection& inspection) const {
  const auto &wide = inspection.width, &high = inspection.height;
  const std::string line =
      say("Pictures are {} to {} pixels wide and {} to {} high; half of them are at most {} wide, and half "
          "at most {} high. Their mean brightness goes from {} to {}.",
          "图片宽 {} 至 {} 像素，高 {} 至 {} 像素；一半图片的宽度不超过 {} 像素，一半图片的高度不超过 {} "
          "像素。平均亮度从 {} 到 {}。",
          grouped(wide.min), grouped(wide.max), grouped(high.min), grouped(high.max), grouped(wide.median),
          grouped(high.median), percent_1(inspection.brightness.min), percent_1(inspection.brightness.max));
  if (inspection.converted == 0) return line;
  return line + say(" The colours of {} are converted to sRGB, as the ICC profile inside asks for.",
                    "有 {}的颜色按内嵌的 ICC 配置文件转换成了 sRGB。",
                    page_.pictures(static_cast<int64_t>(inspection.converted)));
}

std::string InspectionText::sizes_caption() const {
  return say("How many pictures have which size, once turned upright, and which mean brightness.",
             "图片的尺寸（转正之后）和平均亮度各有多少张。");
}

std::string InspectionText::width() const {
  return say("Width", "宽度");
}

std::string InspectionText::height() const {
  return say("Height", "高度");
}

std::string InspectionText::pixels() const {
  return say("pixels", "像素");
}

std::string InspectionText::shape() const {
  return say("Shape", "宽高比");
}

std::string InspectionText::shape_unit() const {
  return say("width / height (above 1: wider than high)", "宽 / 高（大于 1 为横向）");
}

std::string InspectionText::brightness() const {
  return say("Brightness", "亮度");
}

std::string InspectionText::brightness_unit() const {
  return say("percent (0: black, 100: white)", "百分比（0 为黑，100 为白）");
}

std::string InspectionText::number_by(const std::string& title, const std::string& unit) const {
  return say("{}: number of pictures by {}", "{}：各数值的图片数，横轴为{}", title, unit);
}

std::string InspectionText::last_bar(int64_t larger, double largest) const {
  return say("The last bar also holds {} up to {:.{}f}.",
             "最后一根柱子还包括 {}数值更大的图片，最大为 {:.{}f}。",
             counted(language_, larger, "larger one", "张"), largest, largest < 100 ? 2 : 0);
}

std::string InspectionText::wall(size_t each) const {
  return say(
      "At most {} pictures of each class, chosen at random, of all splits. Their edges are cut to a square.",
      "每个类别最多 {} 张，从所有划分中随机选取，边缘裁成了正方形。", each);
}

std::string InspectionText::pictures_of_class(const std::string& name, int64_t count) const {
  return say("{}: {}", "{}：{}", name, page_.pictures(count));
}

std::string InspectionText::classes_not_shown(int64_t count) const {
  return say("The pictures of {} are not shown here, to keep the page small.",
             "为了不让页面太大，还有 {}的图片没有显示。",
             counted(language_, count, "further class", "个类别", "further classes"));
}

std::string InspectionText::are_turned(int64_t count) const {
  return say(
      "{} an EXIF orientation that asks for turning or mirroring. margay does so before anything else, in "
      "training as in prediction.",
      "{}带有 EXIF 方向信息，要求旋转或镜像。margay 总是最先这样做，训练和预测时都一样。",
      counted(language_, count, "picture has", "张图片", "pictures have"));
}

std::string InspectionText::stored_and_upright() const {
  return say("As stored, and upright", "存储时的样子与转正之后");
}

std::string InspectionText::are_copies(int64_t files) const {
  return say(
      "{} there already, byte by byte, under another name. A picture under two labels teaches nonsense, one "
      "in two splits makes the result look better than it is, and one that comes twice to train on counts "
      "twice. A set that margay splits itself has all copies on one side.",
      "有 {}与其他文件逐字节相同，只是名字不同。同一张图片标为两个类别，网络就会学到错误的东西；出现在两个"
      "划分中，结果就会显得比实际更好；在训练图片中出现两次，就会被计算两次。由 margay 自行划分时，副本总在"
      "同一边。",
      counted(language_, files, "file is", "个文件", "files are"));
}

std::string InspectionText::copies_of_kind(CopiesKind kind, int64_t pictures) const {
  const std::string heading =
      kind == CopiesKind::in_several_classes  ? say("Under more than one label", "标为多个类别")
      : kind == CopiesKind::in_several_splits ? say("In more than one split", "出现在多个划分中")
                                              : say("Under the same label", "标为同一类别");
  return say("{}: {}", "{}：{}", heading, page_.pictures(pictures));
}

std::string InspectionText::more_like_these(int64_t rest) const {
  return say("and {} more like these", "以及另外 {} 组这样的图片", grouped(rest));
}

std::string InspectionText::place(const std::string& name, const std::string& split) const {
  return say("{}, {}", "{}，{}", name, page_.split(split));
}

std::vector<std::string> InspectionText::ignored_columns() const {
  if (language_ == Language::chinese) return {"是什么", "文件"};
  return {"what", "files"};
}

std::string InspectionText::warnings_lead() const {
  return say("", "读取数据时给出的警告，与终端中的原文相同：");
}

}  // namespace margay::text
