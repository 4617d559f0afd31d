// Finds translations by the English words, which name the thing for programs, too.
#include "margay/text/data_text.h"

#include <array>
#include <optional>
#include <span>

#include "margay/data/folder_scan.h"

namespace margay::text {
namespace {

constexpr std::array kContainers{Words{"a zip with ", "一个 zip 文件，其中"},
                                 Words{"a tar with ", "一个 tar 文件，其中"}};

constexpr std::array kLayouts{
    Words{"a folder per class, not split", "每个类别一个文件夹，没有划分"},
    Words{"a folder per split, in it a folder per class", "每个划分一个文件夹，里面每个类别一个文件夹"},
    Words{"a folder per class, in it a folder per split", "每个类别一个文件夹，里面每个划分一个文件夹"},
    Words{"a class in each name, not split", "类别写在文件名里，没有划分"},
    Words{"a class in each name, with splits", "类别写在文件名里，并有划分"},
    Words{"a manifest, not split", "一份清单，没有划分"},
    Words{"a manifest, in splits", "一份清单，并有划分"},
};

constexpr std::array kReasons{
    Words{"hidden", "隐藏文件"},
    Words{"not a picture", "不是图片"},
    Words{"not a picture (no extension)", "不是图片（没有扩展名）"},
    Words{"not a picture (other extension)", "不是图片（其他扩展名）"},
    Words{"not a regular file", "不是普通文件"},
    Words{"a raw file of a camera", "相机的 RAW 文件"},
    Words{"a picture beside the splits", "位于各划分之外的图片"},
    Words{"a picture outside a class folder", "不在类别文件夹里的图片"},
    Words{"a picture whose name the label pattern finds no class in", "标签模式在文件名中找不到类别的图片"},
    Words{"a picture that margay has drawn", "margay 画的图片"},
    Words{"a name that is there twice", "重复的名字"},
    Words{"a line for a picture that is there already", "重复列出同一张图片的行"},
    Words{"a folder named like a picture", "名字像图片的文件夹"},
    Words{"a broken link", "失效的链接"},
    Words{"a link to a folder around it", "指向上层文件夹的链接"},
    Words{data::kLinkOutside, "指向数据集之外的文件夹的链接"},
    Words{data::kLinkInLinked, "链接文件夹中又指向文件夹的链接"},
    Words{data::kClosedFolder, "无法打开的文件夹"},
    Words{data::kUnreadableFile, "无法打开的文件"},
    Words{"a run of margay", "margay 的一次训练"},
    Words{"a sweep of margay", "margay 的一次搜索"},
    Words{"a story of margay", "margay 的一个故事"},
    Words{"for other reasons", "其他原因"},
};

std::optional<std::string> find_chinese(std::span<const Words> known, std::string_view english) {
  for (const Words& words : known)
    if (words.english == english) return std::string(words.chinese);
  return std::nullopt;
}

/// As a sentence begins and ends.
std::string english_sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

}  // namespace

DataText layout_text(std::string_view layout, Language language) {
  const std::string sentence = english_sentence(std::string(layout));
  if (language == Language::english) return {sentence};
  std::string container;
  for (const Words& words : kContainers)
    if (layout.starts_with(words.english)) {
      container = words.chinese;
      layout.remove_prefix(words.english.size());
    }
  const std::optional<std::string> known = find_chinese(kLayouts, layout);
  return known ? DataText{container + *known + "。"} : DataText{sentence, true};
}

DataText left_out_text(std::string_view reason, Language language) {
  if (language == Language::english) return {std::string(reason)};
  if (const auto known = find_chinese(kReasons, reason)) return {*known};
  // "not a picture (.txt)": what is in brackets is a name.
  const size_t open = reason.find(" (.");
  if (open != reason.npos && reason.ends_with(')'))
    if (const auto known = find_chinese(kReasons, reason.substr(0, open)))
      return {fmt::format("{}（{}）", *known, reason.substr(open + 2, reason.size() - open - 3))};
  return {std::string(reason), true};
}

}  // namespace margay::text
