// Words for readers without a command line.
#include "margay/text/wording.h"

namespace margay::text {

std::string Wording::setting(std::string_view key, std::string_view value) const {
  return value.empty() ? std::string(key) : fmt::format("{} = {}", key, value);
}

std::string Wording::tool(Tool tool) const {
  switch (tool) {
    case Tool::range_test:
      return say(language_, "a range test", "学习率范围测试");
    case Tool::holding_back:
      return say(language_, "a training that splits them itself", "由训练自行划分时，它");
    case Tool::training:
      return say(language_, "a training", "训练");
    case Tool::inspection_as_json:
      return say(language_, "the inspection as JSON", "JSON 格式的检查结果");
  }
  return {};
}

const Wording& plain_english() {
  static const Wording wording;
  return wording;
}

}  // namespace margay::text
