// Files that are either the old or the new version, never half of one; and whole-file reading with a limit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace margay {

/// Replaces `path` with `bytes`: temporary file beside it, fsync, rename, fsync of the folder. Where `path`
/// is a link, the file that it leads to. Throws IoError, and then the old file is untouched; also for what is
/// no regular file, such as a device, which is never replaced.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);
void write_file_atomically(const std::filesystem::path& path, std::span<const uint8_t> bytes);

/// The same for content that `fill` writes: it is called with the path of the temporary file, which it must
/// create, as NewFile and MappedFile do, following no link; what it throws is passed on after the temporary
/// file has been removed. Unless empty, `previous` is the name under which the old file stays, in the same
/// folder: at every moment one of the two is whole.
void replace_file_atomically(const std::filesystem::path& path,
                             const std::function<void(const std::filesystem::path&)>& fill,
                             const std::filesystem::path& previous = {});

/// Removes the temporary files that programs which were killed left in `folder` while they replaced files
/// whose names `is_ours` accepts.
void remove_abandoned_files(const std::filesystem::path& folder,
                            const std::function<bool(const std::string& name)>& is_ours);

/// Adds to the end of an existing file, which is no link. Throws IoError.
void append_to_file(const std::filesystem::path& path, std::span<const uint8_t> bytes);

/// The whole file. Throws IoError when it cannot be read, is not a regular file, or is larger than
/// `limit_bytes`.
std::vector<uint8_t> read_file(const std::filesystem::path& path, uint64_t limit_bytes = uint64_t{1} << 40);

/// The whole file as text; same errors.
std::string read_text_file(const std::filesystem::path& path, uint64_t limit_bytes = uint64_t{1} << 30);

/// Creates the folder and its parents; throws IoError.
void make_folder(const std::filesystem::path& path);

}  // namespace margay
