// The setting tells who gave it.
#include "margay/recipe/changed_document.h"

#include <algorithm>

#include "margay/core/bare_reason.h"
#include "margay/recipe/setting_error.h"

namespace margay::recipe {

Config read_changed(const Json& document, std::string_view where,
                    const std::vector<std::string>& changed) try {
  return Config::from_document(document, where);
} catch (const SettingError& error) {
  if (std::ranges::find(changed, error.key()) == changed.end()) throw;
  throw error.at("command line");
} catch (const UsageError& error) {
  // Which of both is to blame, only whoever knows the setting could say.
  if (changed.empty()) throw;
  throw UsageError(fmt::format("{} with what the command line changes", where), bare_reason(error),
                   hint_of(error));
}

}  // namespace margay::recipe
