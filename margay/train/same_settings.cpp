// Somebody may have edited the run's own configuration.
#include "margay/train/same_settings.h"

#include <fmt/format.h>

#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/recipe/lasting_settings.h"

namespace margay::train {

void require_same_settings(const Json& begun, const Json& now, const std::filesystem::path& run) {
  constexpr size_t kTold = 4;
  std::vector<std::string> changes = recipe::describe_changed_settings(begun, now);
  if (changes.empty()) return;
  if (changes.size() > kTold) {
    const size_t more = changes.size() - kTold;
    changes.resize(kTold);
    changes.push_back(fmt::format("and {} more", more));
  }
  throw UsageError(
      "train",
      fmt::format("the settings are not those that {} began with: {}",
                  run.empty() ? "the training" : run.string(), fmt::join(changes, "; ")),
      "put them back as they were, or train anew with another `out`. What may change of a run "
      "that goes on has options: `epochs`, `budget`, `patience`, `threads`, `device`, `precision`, `fuse`"_worded);
}

}  // namespace margay::train
