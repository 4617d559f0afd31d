// What stays as it is over a whole training, however often it is stopped and goes on.
#pragma once

#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/recipe/config.h"

namespace margay::recipe {

/// The document of a configuration less what `margay train --resume` may change, which is for how long and by
/// what means it goes on, less where things are and what they are called, which may move, and less what a
/// budget of time changes on its way.
Json lasting_settings(const Config& config);

/// "training.batch_size is 32 and was 16" for each value that differs. Keys that only one of them has are of
/// another version of margay, and left out.
std::vector<std::string> describe_changed_settings(const Json& was, const Json& is);

}  // namespace margay::recipe
