// Turns what failed into a warning.
#include "margay/workflow/optional_output.h"

#include <fmt/format.h>

#include "margay/core/error.h"

namespace margay::workflow {

void write_optional(std::string_view what, const Warn& warn, const std::function<void()>& write) try {
  write();
} catch (const Interrupted&) {
  throw;
} catch (const std::exception& error) {
  warn(fmt::format("{} could not be written: {}", what, reason_of(error)));
}

}  // namespace margay::workflow
