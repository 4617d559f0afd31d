// What was decided differently in the configurations of several runs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "margay/core/json.h"

namespace margay::analysis {

/// A key that has not the same value everywhere.
struct ConfigDifference {
  std::string key;           ///< "optimizer.lr"
  std::vector<Json> values;  ///< per configuration; null where it lacks the key
};

/// The keys that differ in at least two configurations (documents such as config.toml), sorted by name. The
/// description does not count: it decides nothing.
std::vector<ConfigDifference> config_differences(std::span<const Json> configs);

}  // namespace margay::analysis
