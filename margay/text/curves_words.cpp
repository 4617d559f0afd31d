// Handed to the script with the data, so that it knows no language.
#include "margay/text/curves_words.h"

namespace margay::text {

std::vector<std::pair<std::string, std::string>> words_of_curves(Language language) {
  const auto word = [&](const char* name, std::string_view english, std::string_view chinese) {
    return std::pair(std::string(name), Words{english, chinese}.in(language));
  };
  return {
      word("training", "training", "训练"),
      word("validation", "validation", "验证"),
      word("epoch", "epoch", "轮次"),
      word("at", "Epoch {epoch}", "第 {epoch} 轮"),
      word("highest", "highest {value} in epoch {epoch}", "第 {epoch} 轮最高，为 {value}"),
      word("lowest", "lowest {value} in epoch {epoch}", "第 {epoch} 轮最低，为 {value}"),
      word("only", "validation {value}", "验证 {value}"),
      word("by_epoch", "{panel} by epoch", "各轮的{panel}"),
      word("all", "Show all epochs", "显示全部轮次"),
      word("series", "Series", "数据系列"),
      word("plots", "Plots", "图表"),
      word("hint", "Point at an epoch for its values. Drag to zoom in, double-click to see all.",
           "指向某一轮可查看数值。拖动可放大，双击显示全部。"),
      word("keys",
           "Curves. The left and right arrow keys go from epoch to epoch, plus and minus zoom, Escape shows "
           "all.",
           "曲线。左右方向键逐轮移动，加号和减号缩放，Esc 键显示全部。"),
  };
}

}  // namespace margay::text
