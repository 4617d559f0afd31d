// JSON values with ordered keys, a parser that bounds what a text may cost, and reading that checks types and
// ranges: files that are read may have been made by anybody.
#pragma once

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace margay {

using Json = nlohmann::ordered_json;

/// Arrays and objects in each other, at most; what reads, writes or releases a value calls itself as often.
constexpr int kMaxJsonDepth = 64;

/// Parses `text` in linear time; throws FormatError that names `where` and the byte at which the text stops
/// making sense. Refused besides: more than kMaxJsonDepth levels or ten million values, a key that stands
/// twice in one object, a number beyond the range of a double, a zero byte.
Json parse_json(std::string_view text, std::string_view where);

/// The value as text: one line, or indented by `indent` spaces a level. Texts that are not UTF-8, such as the
/// names of some files, get replacement characters instead of an exception.
std::string format_json(const Json& value, int indent = -1);

/// The value for a message: of a reasonable length, and numbers that JSON does not have by name ("nan").
std::string describe_json(const Json& value);

/// Adds a member to an object that has none of this name, without looking for it: objects of many members are
/// made in linear time.
void append_member(Json& object, std::string key, Json value);

/// `value` as a T: exactly that type, whole numbers within its range, lists with each element so. Throws
/// FormatError that names `where`, and calls the value `what`.
template <class T>
T json_as(const Json& value, std::string_view what, std::string_view where);

/// `object[key]` as a T; throws FormatError that names `where` and the key when it is absent or no T.
template <class T>
T json_value(const Json& object, std::string_view key, std::string_view where);

/// The same, and `fallback` where the object has no such key.
template <class T>
T json_value_or(const Json& object, std::string_view key, T fallback, std::string_view where);

}  // namespace margay

#include "margay/core/error.h"

namespace margay {

[[noreturn]] inline void refuse_json(const Json& value, std::string_view what, std::string_view expected,
                                     std::string_view where) {
  throw FormatError(where, fmt::format("{} is {}, expected {}", what, describe_json(value), expected));
}

/// Null where the object lacks the key, or is none.
inline const Json* find_member(const Json& object, std::string_view key) {
  const auto found = object.is_object() ? object.find(std::string(key)) : object.end();
  return !object.is_object() || found == object.end() ? nullptr : &*found;
}

template <class T>
T json_whole_number(const Json& value, std::string_view what, std::string_view where) {
  constexpr auto kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
  if (value.is_number_unsigned() && std::in_range<T>(value.get<uint64_t>()))
    return static_cast<T>(value.get<uint64_t>());
  if (value.is_number_integer() && !value.is_number_unsigned() && std::in_range<T>(value.get<int64_t>()))
    return static_cast<T>(value.get<int64_t>());
  // The range of the type says nothing to whoever wrote a fraction.
  refuse_json(
      value, what,
      value.is_number_integer() ? fmt::format("a whole number from {} to {}", kLow, kHigh) : "a whole number",
      where);
}

template <class T>
T json_list(const Json& value, std::string_view what, std::string_view where) {
  using Element = typename T::value_type;
  if (!value.is_array()) refuse_json(value, what, "a list", where);
  T list{};
  constexpr bool kFixed = requires {
    std::tuple_size<T>::value;
  };
  if constexpr (kFixed) {
    if (value.size() != list.size()) refuse_json(value, what, fmt::format("{} values", list.size()), where);
    for (size_t i = 0; i < list.size(); ++i)
      list[i] = json_as<Element>(value[i], fmt::format("value {} of {}", i + 1, what), where);
  } else {
    for (const Json& element : value)
      list.push_back(json_as<Element>(element, fmt::format("a value of {}", what), where));
  }
  return list;
}

template <class T>
T json_as(const Json& value, std::string_view what, std::string_view where) {
  if constexpr (std::is_same_v<T, Json>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!value.is_boolean()) refuse_json(value, what, "true or false", where);
    return value.get<bool>();
  } else if constexpr (std::is_integral_v<T>) {
    return json_whole_number<T>(value, what, where);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!value.is_number()) refuse_json(value, what, "a number", where);
    return value.get<T>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!value.is_string()) refuse_json(value, what, "a text", where);
    return value.get<std::string>();
  } else {
    return json_list<T>(value, what, where);
  }
}

template <class T>
T json_value(const Json& object, std::string_view key, std::string_view where) {
  const Json* found = find_member(object, key);
  if (found == nullptr) throw FormatError(where, fmt::format("no value named '{}'", key));
  return json_as<T>(*found, fmt::format("'{}'", key), where);
}

template <class T>
T json_value_or(const Json& object, std::string_view key, T fallback, std::string_view where) {
  const Json* found = find_member(object, key);
  return found == nullptr ? fallback : json_as<T>(*found, fmt::format("'{}'", key), where);
}

}  // namespace margay
