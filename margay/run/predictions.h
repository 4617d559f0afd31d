// What the kept weights of a run say about its validation pictures, written down picture by picture.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "margay/data/content_hash.h"
#include "margay/run/recorded_data.h"

namespace margay::run {

/// One picture; label and prediction are names of classes.
struct Prediction {
  std::string path;  ///< absolute
  std::string label;
  std::string predicted;
  std::optional<data::ContentHash> content = {};  ///< where the run's manifest has it
  bool learned = false;                           ///< the weights have learned from this picture
};

/// `predictions.csv`: the columns path, label, predicted, and probability_CLASS for each class. `paths` [N],
/// `labels` [N] (numbers of classes), `probabilities` [N][classes]; the highest, the first of equals, is what
/// is predicted. Throws UsageError when sizes or labels do not fit.
std::string predictions_csv(std::span<const std::string> classes,
                            std::span<const std::filesystem::path> paths, std::span<const int> labels,
                            std::span<const std::vector<double>> probabilities);

/// Reads that file, in the order of its lines. Throws FormatError with the number of the line (also for a
/// picture that is there twice), IoError.
std::vector<Prediction> read_predictions(const std::filesystem::path& csv);

/// Fills in what the run that made them knows of the pictures.
void recognise(std::vector<Prediction>& predictions, const RecordedData& recorded);

}  // namespace margay::run
