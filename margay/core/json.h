// JSON values with ordered keys, and parsing that reports errors as margay's own.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace margay {

using Json = nlohmann::ordered_json;

/// Parses `text`; throws FormatError that names `where` and the byte at which the text stops making sense.
Json parse_json(std::string_view text, std::string_view where);

/// The value as text: one line, or indented by `indent` spaces a level. Texts that are not UTF-8, such as the
/// names of some files, get replacement characters instead of an exception.
std::string format_json(const Json& value, int indent = -1);

/// `object[key]` as a T; throws FormatError that names `where` and the key when it is absent or of another
/// type.
template <class T>
T json_value(const Json& object, std::string_view key, std::string_view where);

}  // namespace margay

#include "margay/core/error.h"

namespace margay {

template <class T>
T json_value(const Json& object, std::string_view key, std::string_view where) {
  const auto found = object.is_object() ? object.find(std::string(key)) : object.end();
  if (!object.is_object() || found == object.end())
    throw FormatError(where, fmt::format("no value named '{}'", key));
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    throw FormatError(where, fmt::format("'{}' has the wrong type: {}", key, found->type_name()));
  }
}

}  // namespace margay
