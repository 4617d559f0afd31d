// Settings that decide nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/recipe/config.h"

namespace margay::recipe {

/// A key that a configuration has no use for.
struct UnusedKey {
  std::string key;     ///< "optimizer.momentum"
  std::string reason;  ///< "optimizer.name is adam"
};

/// All keys that decide nothing as the other values are: those of another optimiser, schedule or method, say.
std::vector<UnusedKey> unused_keys(const Config& config);

/// The names of all values of a document, "optimizer.lr"; lists count as values.
std::vector<std::string> keys_of(const Json& document);

/// Throws UsageError that names the first of `keys`, which somebody has asked for by name, that is unused.
void require_used(const Config& config, const std::vector<std::string>& keys, std::string_view where);

/// A sentence for each value of a document that is not the default and is unused in the configuration that
/// the document is a part of.
std::vector<std::string> unused_values(const Config& config, const Json& document);

}  // namespace margay::recipe
