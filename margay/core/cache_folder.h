// Where margay keeps what it can make or fetch again.
#pragma once

#include <filesystem>
#include <optional>

namespace margay {

/// $MARGAY_CACHE, else $XDG_CACHE_HOME/margay, else ~/.cache/margay. Makes nothing. Throws IoError without a
/// home.
std::filesystem::path cache_folder();

/// The same; nothing without a home, for what can do without.
std::optional<std::filesystem::path> find_cache_folder();

}  // namespace margay
