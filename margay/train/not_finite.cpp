// Says what to do against a training whose numbers are lost.
#include "margay/train/not_finite.h"

#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/recipe/usual_rate.h"

namespace margay::train {

NotFiniteError not_finite(const recipe::Config& config, const std::string& found) {
  const bool is_fp32 = config.training.precision == recipe::Precision::fp32;
  return {"train", found,
          fmt::format(
              "try a lower rate, {}, or measure one with {} and the same options; or {}",
              option_text("lr", format_rate(recipe::lower_rate(config.optimizer))), option_text("range_test"),
              is_fp32 ? "smaller gradients, `optimizer.clip_norm=1`"_worded : "`precision=fp32`"_worded)};
}

}  // namespace margay::train
