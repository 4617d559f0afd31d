// What a file is that stands where another kind was expected, by its first bytes and its name.
#pragma once

#include <filesystem>
#include <string>

namespace margay {

enum class FileKind { unknown, picture, archive, table, model, foreign_model, recipe, page };

/// What a file was recognised as.
struct KnownFile {
  FileKind kind = FileKind::unknown;
  std::string name;  ///< with its article, such as "a picture (JPEG)"; empty where it is not known
};

/// Looks at the first bytes of a file, and at its name where they say nothing; unknown for what cannot be
/// read. A guess: whoever reads the file as what it seems to be finds out.
KnownFile known_file(const std::filesystem::path& path);

/// Whether a file is a page (HTML) or a document (XML) by its first bytes: servers send such in the place of
/// a file that they do not have. False for what cannot be read.
bool is_markup(const std::filesystem::path& path);

}  // namespace margay
