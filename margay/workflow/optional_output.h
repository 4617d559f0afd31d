// Output that a run can do without: pictures and pages that are drawn from what is safe already.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace margay::workflow {

/// Who is told, in a sentence.
using Warn = std::function<void(const std::string& warning)>;

/// Calls `write`. Where it throws, `warn` hears that `what` ("curves.png") is not there and why; whoever
/// asked to stop is still stopped (Interrupted).
void write_optional(std::string_view what, const Warn& warn, const std::function<void()>& write);

}  // namespace margay::workflow
