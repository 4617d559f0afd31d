// Puts the reason for a rate into words.
#include "margay/text/rate_text.h"

#include <fmt/format.h>

#include "margay/core/number_text.h"
#include "margay/text/phrases.h"

namespace margay::text {

std::string reason_text(const analysis::RateSuggestion& suggestion) {
  switch (suggestion.outcome) {
    case analysis::RateOutcome::diverged_at_once:
      return fmt::format("the loss diverged after {}; begin with a lower rate",
                         margay::counted(suggestion.steps, "step"));
    case analysis::RateOutcome::no_fall:
      return "the loss fell clearly at no rate; try other rates, or more steps";
    case analysis::RateOutcome::found:
      break;
  }
  return fmt::format(
      "the loss starts at {}, is lowest with {} at {:.1e}, and below the middle of both from {:.1e} to "
      "{:.1e}: {}{}",
      loss_text(suggestion.start_loss), loss_text(suggestion.lowest_loss), suggestion.lowest_at,
      suggestion.valley_from, suggestion.valley_to,
      suggestion.ends_at_rise ? "where it begins to rise again"
                              : "a third of that way, because steps near its end are unsteady",
      suggestion.diverged ? fmt::format(". It diverges at {:.1e}", *suggestion.diverged) : "");
}

Json to_json(const analysis::RateSuggestion& suggestion) {
  const auto number = [](std::optional<double> value) { return value ? Json(*value) : Json(nullptr); };
  return {{"lr", number(suggestion.lr)},
          {"outcome", name_of(suggestion.outcome)},
          {"reason", reason_text(suggestion)},
          {"diverged", number(suggestion.diverged)}};
}

}  // namespace margay::text
