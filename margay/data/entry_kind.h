// What the name of a file or folder says about it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace margay::data {

/// Folders below each other that a listing goes into: what is deeper is no data set of people.
inline constexpr size_t kMaxFolders = 64;

/// Names that begin with a dot, and folders that systems and network drives put beside what people keep.
bool is_hidden(std::string_view name);

/// Whether a name ends as one of the formats that margay reads does, such as .jpg.
bool is_named_as_picture(const std::filesystem::path& name);

/// Whether the first bytes of a file say more than its name: PNGs may be margay's own.
bool is_start_needed(const std::filesystem::path& name);

/// True for names such as pets.csv and pets.jsonl; lists of words (.txt) may be anything.
bool is_named_as_table(const std::filesystem::path& name);

/// True for names such as pets.zip, pets.tar.gz and pets.tgz.
bool is_named_as_archive(const std::filesystem::path& path);

/// Why a TIFF, or what is no picture, of this name is left out as a camera's; empty for other names.
std::string reason_as_raw(const std::filesystem::path& name);

/// Why a file that is no picture is left out, by its extension: "not a picture (.txt)".
std::string not_a_picture(const std::filesystem::path& name);

/// Number of folders on the way to a name: 2 for a/b/c.
size_t folders_above(std::string_view name);

}  // namespace margay::data
