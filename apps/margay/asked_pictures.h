// The pictures that margay predict is asked about.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "apps/margay/data_options.h"
#include "margay/data/picture_store.h"

namespace margay::app {

/// What the names mean, in their order: pictures, those below folders and in archives and tables, data sets
/// by their names, and "-" for a list of paths on standard input. Tables are read as `options` say. What is
/// left out is said on standard error. Throws DataError where nothing is a picture, and what the readers of
/// folders, archives and tables throw.
data::PictureStore list_pictures(const std::vector<std::string>& names, const DataOptions& options,
                                 const std::stop_token& stop);

}  // namespace margay::app
