// Files that one process at a time writes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

namespace margay {

/// What `open` opens under the name `file`, locked (flock) until it is closed or the process ends; nothing
/// where another process has it. `open` is called again where the file was removed or replaced before it was
/// locked. Where the file system knows no locks, nobody is kept out. Throws IoError, and what `open` throws.
std::optional<int> open_locked(const std::filesystem::path& file, const std::function<int()>& open);

/// Whether the descriptor is of the file that has this name now.
bool is_file_of(int descriptor, const std::filesystem::path& file);

}  // namespace margay
