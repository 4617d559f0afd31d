// Folders that margay itself has made: their pictures are curves and samples, and never those of a class.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "margay/data/listing.h"

namespace margay::data {

/// Whether a file of this name (folders do not matter) that begins with these bytes is one that margay
/// writes: a file of a run, a sweep or a story, or a picture with its mark (see core/output_file.h).
bool is_made_file(std::string_view name, std::span<const uint8_t> start);

/// Takes runs, sweeps and stories out of a sorted listing, and the folders that hold nothing else, such as
/// runs/: the folders and their names among `others`. They are known by `made`, files of margay's that are in
/// them. Where there is a picture that margay has not drawn, nothing but what margay made is left out. The
/// folders are named in Listing::left_out. The root is never left out (see Listing::is_run). `others` are
/// entries that are no pictures of the data set, with the reasons.
void leave_out_made_folders(Listing& listing, std::vector<std::pair<std::string, std::string>>& others,
                            const std::vector<std::string>& made);

}  // namespace margay::data
