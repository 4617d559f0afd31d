// Reads the environment.
#include "margay/core/cache_folder.h"

#include <cstdlib>
#include <string>

#include "margay/core/error.h"

namespace margay {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "core.cache";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

std::optional<fs::path> find_cache_folder() {
  const auto absolute_of = [](const char* name) {
    const std::string value = environment(name);
    require<IoError>(value.empty() || fs::path(value).is_absolute(), kWhere,
                     fmt::format("{} = {}: expected an absolute path", name, value));
    return fs::path(value);
  };
  if (const fs::path own = absolute_of("MARGAY_CACHE"); !own.empty()) return own;
  if (const fs::path xdg = absolute_of("XDG_CACHE_HOME"); !xdg.empty()) return xdg / "margay";
  const std::string home = environment("HOME");
  return home.empty() ? std::nullopt : std::optional(fs::path(home) / ".cache" / "margay");
}

fs::path cache_folder() {
  std::optional<fs::path> folder = find_cache_folder();
  require<IoError>(folder.has_value(), kWhere, "there is no home folder to keep data in",
                   "set MARGAY_CACHE to a folder");
  return *std::move(folder);
}

}  // namespace margay
