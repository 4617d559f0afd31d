// What the names of folders mean: splits, classes, and what belongs to neither.
#pragma once

#include <memory>

#include "margay/data/dataset.h"
#include "margay/data/folder_scan.h"

namespace margay::data {

/// Completes a data set whose root is the listing's; picture i of the store is picture i of the listing.
/// Looks at names alone, so that a folder and an archive of it are the same. Throws DataError.
void understand_folders(const Listing& listing, std::shared_ptr<const PictureStore> store, Labels labels,
                        Dataset& dataset);

}  // namespace margay::data
