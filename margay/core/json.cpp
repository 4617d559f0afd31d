// JSON parsing with margay's errors.
#include "margay/core/json.h"

namespace margay {

Json parse_json(std::string_view text, std::string_view where) {
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw FormatError(where, fmt::format("not valid JSON, at byte {} of {}", error.byte, text.size()));
  }
}

std::string format_json(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace margay
