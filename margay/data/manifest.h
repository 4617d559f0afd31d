// Data sets that are written down: a line per picture with its path, its label and, where it has one, its
// split.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "margay/data/content_hash.h"
#include "margay/data/dataset.h"

namespace margay::data {

/// True for names that end in .csv, .jsonl or .ndjson.
bool is_manifest(const std::filesystem::path& path);

/// Completes a data set from a manifest: CSV (RFC 4180, with the names of the columns in the first line) or a
/// JSON object per line. `path` is relative to the manifest and may lead into an archive
/// (pets.zip/cats/1.jpg); `label` is the class; `split`, if there, is train, validation or test. Other
/// columns are named in a warning, but for `hash`. Throws FormatError with the number of the line for one
/// that makes no sense, DataError, IoError.
void read_manifest(const std::filesystem::path& path, const OpenOptions& options, Dataset& dataset);

/// What is known of the content of pictures, by the path that the data set has for them.
using ContentsByPath = std::map<std::filesystem::path, ContentHash>;

/// The data set as a CSV manifest with absolute paths, which read_manifest understands: path, label, split
/// and, where `contents` has it, the hash of the picture's bytes (see to_hex).
std::string format_manifest(const Dataset& dataset, const ContentsByPath& contents = {});

}  // namespace margay::data
