// What a run writes down about its pictures: manifest.csv, and learned.csv where its weights have learned
// before.
#pragma once

#include "margay/data/dataset.h"
#include "margay/recipe/config.h"
#include "margay/run/recorded_data.h"
#include "margay/run/used_pictures.h"

namespace margay::run {

/// How a training stands to what its run directory says of its pictures.
enum class DataRecord {
  begun,    ///< it is a new run
  kept,     ///< it goes on with the pictures that it began with, as far as anybody knows
  changed,  ///< it goes on with others, or its records have been altered
};

/// What the weights that a training has now have learned from besides its own pictures.
LearnedBefore learned_until_now(const RunDirectory& directory, const recipe::NetworkConfig& network,
                                bool goes_on);

/// Writes manifest.csv with the contents of the pictures, unless it is kept and has them already, and
/// learned.csv where the weights have learned, or may have, from further pictures: those of all runs that the
/// weights which the training begins with have gone through, and those before a change; and which weights
/// among them nobody knows that of. Throws FormatError, IoError.
void write_data_record(const RunDirectory& directory, const recipe::NetworkConfig& network,
                       const data::Dataset& dataset, const UsedPictures& used, DataRecord record);

}  // namespace margay::run
