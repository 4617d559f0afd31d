// Questions and changes to the file system whose failures are margay's errors: what, where and why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "margay/core/error.h"

namespace margay {

/// What a call of the standard library threw, as an IoError that names the paths, the reason and a way out.
IoError io_error_of(const std::filesystem::filesystem_error& error);

// All of these follow links, and throw IoError where the system does not answer: for a loop of links, a
// folder that may not be entered, a name that is too long.

/// Whether anything is there.
bool path_exists(const std::filesystem::path& path);
/// Whether a folder is there.
bool is_folder(const std::filesystem::path& path);
/// Whether a regular file is there.
bool is_file(const std::filesystem::path& path);
/// Whether a folder has nothing in it.
bool is_empty_folder(const std::filesystem::path& path);
/// Throws for what is no file, too.
uint64_t file_size_bytes(const std::filesystem::path& path);
/// From the folder that the program stands in, which may be gone. Throws for an empty path, too.
std::filesystem::path absolute_path(const std::filesystem::path& path);
/// All files and folders below a folder, in no order.
std::vector<std::filesystem::path> entries_below(const std::filesystem::path& folder);
void rename_path(const std::filesystem::path& from, const std::filesystem::path& to);
/// A file, or a folder with all that is in it; nothing where there is none.
void remove_tree(const std::filesystem::path& path);

}  // namespace margay
