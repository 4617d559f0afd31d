// What a run writes down about its pictures, and whether they are still the same when it goes on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "margay/run/data_changes.h"
#include "margay/workflow/training_run.h"

namespace margay::workflow {

/// What contents say about the pictures of a training that begins or goes on.
struct DataCheck {
  bool has_changed = false;           ///< and the request accepts it
  std::vector<std::string> warnings;  ///< for people
};

/// Compares the pictures with those that the run began with, where it goes on, and with those that the
/// weights have learned from before. Throws DataError, with what has changed, unless the request accepts
/// changed data.
DataCheck check_data(const TrainingRequest& request);

/// What is known of the validation pictures of a training.
struct LearnedValidation {
  int64_t count = 0;                         ///< that the network has learned from all the same
  std::vector<std::string> unknown_weights;  ///< that it goes back to, and nobody knows what they have seen
};

/// By content: copies of its training pictures, and what the weights have seen that it began with. Throws
/// FormatError, IoError.
LearnedValidation learned_validation(const TrainingRequest& request);

/// SHA-256 of a table of pictures; nothing for other data, and for what cannot be read.
std::string hash_of_table(const std::filesystem::path& data);

/// How the pictures that a training would use differ from those of a run; nothing where that is not known.
/// Throws FormatError, IoError.
run::DataChanges changes_since_run(const run::RunDirectory& directory, const train::TrainingData& data);

/// Writes the run's record of its pictures (run/data_record.h), as others where `has_changed` says so.
void write_data_record(const TrainingRequest& request, bool has_changed);

}  // namespace margay::workflow
