// margay predict --output: answers about many pictures go to a file as they come.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "margay/data/left_out.h"
#include "margay/data/picture_store.h"
#include "margay/predict/file_predictions.h"

namespace margay::app {

struct PredictionsOutput {
  std::filesystem::path path;
  std::string model;  ///< tells answers apart, see run::PredictionsFile
  predict::BatchOptions batch;
  int threads = 0;  ///< that decode; 0: all processors
  bool overwrite = false;
  bool json = false;  ///< the summary on standard output is JSON
};

/// Asks the model about the pictures that the file has no answer for as they are now, whose bytes are `read`
/// by their numbers in `pictures`, and says at the end how many there are. Pictures that are used with a note
/// are added to `noted`. Returns whether each of them has an answer. Throws what run::PredictionsFile and
/// predict_pictures throw.
bool predict_to_file(predict::Predictor& predictor, const data::PictureStore& pictures,
                     const std::function<std::vector<uint8_t>(size_t)>& read, const PredictionsOutput& output,
                     std::vector<data::NotedFile>& noted, const std::stop_token& stop);

}  // namespace margay::app
