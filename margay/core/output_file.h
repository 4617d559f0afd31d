// Pictures, pages and exported models that are written where a user says, and how they are known again:
// nothing that margay did not write is written over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace margay {

/// Writes a PNG, SVG or HTML atomically, with a mark near its beginning that says whose it is: the entry
/// "Software" of a PNG, a comment in SVG, the generator that our pages name themselves. Throws IoError.
void write_output_file(const std::filesystem::path& path, std::string_view bytes);
void write_output_file(const std::filesystem::path& path, std::span<const uint8_t> bytes);

/// Whether the file has such a mark, or that of an exported model; false where it cannot be read.
bool is_output_file(const std::filesystem::path& path);

/// The same for the bytes that a file begins with, of which a PNG's and a page's mark take no more than 512.
bool begins_as_output(std::string_view start);

/// What to do with a file that is there.
enum class ExistingFile {
  keep_foreign,  ///< one without a mark stays
  replace,
};

/// To be asked before the work whose result goes to `path`: throws UsageError, named after `where`, that
/// calls the path by its `option` where there is no such folder, something that is no file, or a file that
/// may not be replaced. An empty file holds nothing to lose.
void require_writable_output(const std::filesystem::path& path, std::string_view option,
                             std::string_view where, ExistingFile existing);

}  // namespace margay
