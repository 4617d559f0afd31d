// Names of what is there.
#include "margay/train/provenance.h"

#include "margay/core/commit.h"
#include "margay/core/version.h"

namespace margay::train {

Json provenance_of(const recipe::Config& config) {
  Json provenance{{"margay", kVersion},
                  {"commit", commit()},
                  {"recipe", config.source.recipe},
                  {"data", config.source.data.filename().string()},
                  {"seed", config.training.seed}};
  if (!config.network.name.empty()) provenance["network"] = config.network.name;
  if (!config.network.weights.empty()) provenance["weights"] = config.network.weights;
  if (!config.source.weights_sha256.empty()) provenance["weights_sha256"] = config.source.weights_sha256;
  return provenance;
}

}  // namespace margay::train
