// Decisions as text and as JSON.
#include "margay/report/decision.h"

#include <fmt/format.h>

#include "margay/report/wrapped_text.h"

namespace margay::report {

Json to_json(const std::vector<Decision>& decisions) {
  Json list = Json::array();
  for (const Decision& decision : decisions)
    list.push_back({{"setting", decision.setting}, {"value", decision.value}, {"reason", decision.reason}});
  return list;
}

std::vector<Decision> decisions_from_json(const Json& list, std::string_view where) {
  require<FormatError>(list.is_array(), where, "the decisions are no list");
  std::vector<Decision> decisions;
  for (const Json& decision : list)
    decisions.push_back({json_value<std::string>(decision, "setting", where),
                         json_value<std::string>(decision, "value", where),
                         json_value<std::string>(decision, "reason", where)});
  return decisions;
}

std::string format_decisions(const std::vector<Decision>& decisions) {
  std::string text;
  for (const Decision& decision : decisions)
    text += wrapped_text(fmt::format("{}: {} ({})", decision.setting, decision.value, decision.reason), 2,
                         kTextColumns, 6);
  return text.empty() ? text : "Decided by margay:\n" + text;
}

}  // namespace margay::report
