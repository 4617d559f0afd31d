// Names of files in JSON, which has to be UTF-8: they need not be.
#pragma once

#include <string>
#include <string_view>

#include "margay/core/json.h"

namespace margay {

/// Adds `key` with the name to an object that has no such key. A name that is not UTF-8 is as `printable`
/// shows it, and `key`_bytes has its bytes in hexadecimal digits.
void append_name(Json& object, const std::string& key, std::string_view name);

/// An object whose `path` is the name of a file, before the members of `others`.
Json with_path(std::string_view path, const Json& others);

/// The name that `append_name` was given; throws FormatError, which names `where`, where there is none.
std::string json_name(const Json& object, const std::string& key, std::string_view where);

}  // namespace margay
