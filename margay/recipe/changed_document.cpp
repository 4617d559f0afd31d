// The setting tells who gave it.
#include "margay/recipe/changed_document.h"

#include <algorithm>

#include "margay/recipe/setting_error.h"

namespace margay::recipe {

Config read_changed(const Json& document, std::string_view where,
                    const std::vector<std::string>& changed) try {
  return Config::from_document(document, where);
} catch (const SettingError& error) {
  if (std::ranges::find(changed, error.key()) == changed.end()) throw;
  throw error.at("command line");
}

}  // namespace margay::recipe
