// What margay decided by itself, and why: nobody has asked for it, but it changes what comes out.
#pragma once

#include <string>
#include <vector>

#include "margay/core/json.h"

namespace margay::report {

/// One decision.
struct Decision {
  std::string setting;  ///< "class weights"
  std::string value;    ///< "on"
  std::string reason;  ///< a sentence without a full stop, with the numbers that decided and how to change it
};

/// A list of objects with setting, value and reason.
Json to_json(const std::vector<Decision>& decisions);
/// Reads such a list. Throws FormatError that names `where`.
std::vector<Decision> decisions_from_json(const Json& list, std::string_view where);

/// For the terminal: a line each, wrapped at 100 columns, with a heading; empty for none.
std::string format_decisions(const std::vector<Decision>& decisions);

}  // namespace margay::report
