// Data sets that are written down: a line per picture with its path, its label and, where it has one, its
// split.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "margay/data/content_hash.h"
#include "margay/data/dataset.h"
#include "margay/data/purpose.h"

namespace margay::data {

/// True for names that end in .csv, .tsv, .jsonl or .ndjson, and in .txt, unless that is a picture by its
/// first bytes.
bool is_manifest(const std::filesystem::path& path);

/// Completes a data set from a table (see read_table). A path is relative to the table's folder
/// and may lead into an archive (pets.zip/cats/1.jpg); the label is the class; a split, if there, is train,
/// validation or test by any usual name. Which columns these are, and where the pictures lie, is what the
/// options say or what is plain (find_columns, find_paths), and then told in Dataset::layout. Other columns
/// are named in a warning, but for `hash`; so are pictures that are not there. Throws FormatError with the
/// number of the line for one that makes no sense, DataError, also when no picture is there at all, IoError.
void read_manifest(const std::filesystem::path& path, const OpenOptions& options, Dataset& dataset,
                   Purpose purpose = Purpose::training);

/// What a list of pictures came to.
struct TableListing {
  std::string layout;                 ///< what was understood, for people
  std::vector<std::string> warnings;  ///< such as pictures that are not there
  LeftOut left_out;                   ///< lines for a picture that is there already
};

/// Adds the pictures that a table names to a store, in their order and each once, whatever else it says: no
/// label is needed. Throws what read_manifest throws.
TableListing list_table(const std::filesystem::path& path, const OpenOptions& options, PictureStore& store);

/// What is known of the content of pictures, by the path that the data set has for them.
using ContentsByPath = std::map<std::filesystem::path, ContentHash>;

/// The data set as a CSV manifest with absolute paths, which read_manifest understands: path, label, split
/// and, where `contents` has it, the hash of the picture's bytes (see to_hex).
std::string format_manifest(const Dataset& dataset, const ContentsByPath& contents = {});

}  // namespace margay::data
