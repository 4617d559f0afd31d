// The page of `margay inspect`: what is in a data set, in numbers and in pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "margay/core/worker_pool.h"
#include "margay/data/dataset.h"
#include "margay/data/inspection.h"
#include "margay/text/wording.h"

namespace margay::pages {

/// What the page of an inspection shows.
struct InspectionPage {
  std::string data_name;  ///< as the reader would call it
  std::string command;    ///< that made the page
  uint64_t seed = 1;      ///< chooses the pictures that are shown
};

/// Writes the page atomically; below 8 MB whatever the data set, which has to be the one inspected. Reads
/// again the few pictures that it shows, on the threads of `pool`; those that are gone are passed over.
/// Throws IoError, or Interrupted when `stop` is requested.
void write_inspection(const std::filesystem::path& path, const data::Dataset& dataset,
                      const data::Inspection& inspection, const InspectionPage& page, WorkerPool& pool,
                      std::stop_token stop = {}, const text::Wording& wording = text::plain_english());

}  // namespace margay::pages
