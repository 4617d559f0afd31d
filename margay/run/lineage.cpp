// One step back is enough: every run has written down what those before it had learned from.
#include "margay/run/lineage.h"

#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/run/run_config.h"

namespace margay::run {

bool knows_its_weights(const RunDirectory& directory) try {
  return !recipe::names_a_model(read_config(directory).network.weights) || path_exists(directory.learned());
} catch (const Error&) {
  return false;
}

LearnedBefore learned_before(const recipe::NetworkConfig& network) {
  if (!recipe::names_a_model(network.weights)) return {};
  const RunDirectory base = RunDirectory::of_model(network.weights);
  const RecordedData recorded = RecordedData::read(base);
  LearnedBefore before{recorded.learned(), recorded.unknown_weights()};
  if (!recorded.is_known() || !knows_its_weights(base)) before.unknown_weights.push_back(network.weights);
  return before;
}

}  // namespace margay::run
