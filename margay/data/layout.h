// What the names of folders mean: splits, classes, and what belongs to neither.
#pragma once

#include <memory>

#include "margay/data/dataset.h"
#include "margay/data/listing.h"
#include "margay/data/purpose.h"

namespace margay::data {

/// Completes a data set whose root is the listing's; picture i of the store is picture i of the listing.
/// Looks at names alone, so that a folder and an archive of it are the same. Throws DataError, also for
/// folders that look like splits and are not known as such, unless the options say what the classes are.
void understand_folders(const Listing& listing, std::shared_ptr<const PictureStore> store,
                        const OpenOptions& options, Dataset& dataset, Purpose purpose = Purpose::training);

}  // namespace margay::data
