// What happened to one folder of pictures, from the first look to the answers of a trained network.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/analysis/diagnosis.h"
#include "margay/analysis/split_counts.h"
#include "margay/core/json.h"
#include "margay/data/dataset.h"
#include "margay/graph/summary.h"
#include "margay/image/image.h"
#include "margay/image/preprocess.h"
#include "margay/run/history.h"

namespace margay::analysis {

/// A training that the story tells about.
struct StoryRun {
  std::string recipe;   ///< "article"
  std::string command;  ///< that trains it: "margay train DATA --recipe article"
  run::History history;
  Diagnosis diagnosis;
  std::vector<Decision> decisions;  ///< that nobody has asked for
  std::string model = {};           ///< what became the model: "weights of the last epoch (15)"
  /// Of the model on the validation pictures, measured at the end; NaN where it was not.
  double model_accuracy = std::numeric_limits<double>::quiet_NaN();
};

/// A picture that the network was asked about.
struct StoryAnswer {
  image::Image picture;    ///< as the network gets it
  std::string file;        ///< name to show; may be empty
  int truth = 0;           ///< index of the class that it shows
  int answer = 0;          ///< index of the class that the network says
  double probability = 0;  ///< that the network gives its answer, in [0, 1]
};

/// Everything that the page says comes from here. Parts that are empty are left out.
struct Story {
  std::string data_name;             ///< "cats-and-dogs"
  std::vector<std::string> classes;  ///< in the order of the network's outputs; at least one
  std::vector<SplitCounts> splits;
  int64_t ignored_files = 0;  ///< that are no pictures
  std::vector<data::SkippedFile> skipped;
  std::vector<data::NotedFile> noted;  ///< used in part
  std::filesystem::path samples_png;

  image::Preprocess preprocess;
  int batch_size = 128;

  std::optional<graph::Summary> network;
  int64_t parameters = 0;          ///< trained ones
  std::string optimizer = "Adam";  ///< of the first training, as people write it
  double learning_rate = 0;        ///< of it, at most; 0: as its first epoch has it
  bool constant_rate = true;       ///< no schedule changes it
  int accumulate = 1;              ///< batches of a step of the optimiser
  /// Of the first training, further parts of the loss: "labels smoothed by 0.1"; empty: none.
  std::string loss_changes;
  StoryRun article;

  std::string augmentation;             ///< "flip,rotate=45,zoom=0.5,shift=0.15"
  std::filesystem::path augmented_png;  ///< one picture and variants of it
  double dropout = 0;                   ///< rate of the dropout layers of the second recipe; 0 = none
  std::optional<StoryRun> regularized;

  std::string answered_by;  ///< recipe of the network that was asked
  std::vector<StoryAnswer>
      answers;  ///< validation pictures, chosen so that both right and wrong answers are there

  /// Commands as a reader would type them.
  std::string inspect_command, show_command, augment_command, summary_command, predict_command, story_command,
      transfer_command;

  Json environment = Json::object();
  double seconds = 0;  ///< that all of it took
};

}  // namespace margay::analysis
