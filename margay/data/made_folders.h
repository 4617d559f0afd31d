// Folders that margay itself has made: their pictures are curves and samples, and never those of a class.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "margay/data/listing.h"

namespace margay::data {

/// Takes runs and sweeps out of a sorted listing, and the folders that hold nothing else, such as runs/ and
/// story/: their pictures, their folders, and their names among `others`. They are known by the files that
/// are in them, whatever their names, and are named in Listing::left_out. The root is never left out (see
/// Listing::is_run). `others` are entries that are no
/// pictures, with the reasons.
void leave_out_made_folders(Listing& listing, std::vector<std::pair<std::string, std::string>>& others);

}  // namespace margay::data
