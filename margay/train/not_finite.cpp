// Says what to do against a training whose numbers are lost.
#include "margay/train/not_finite.h"

#include "margay/core/number_text.h"
#include "margay/recipe/usual_rate.h"

namespace margay::train {

NotFiniteError not_finite(const recipe::Config& config, const std::string& found) {
  const bool is_fp32 = config.training.precision == recipe::Precision::fp32;
  return {
      "train", found,
      fmt::format("try a lower rate, --lr {}, or measure one with margay lr-find and the same options; or {}",
                  format_rate(recipe::lower_rate(config.optimizer)),
                  is_fp32 ? "smaller gradients, --set optimizer.clip_norm=1" : "--precision fp32")};
}

}  // namespace margay::train
