// Everything that decides a training, as typed values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"
#include "margay/graph/graph.h"
#include "margay/graph/weights.h"
#include "margay/image/preprocess.h"
#include "margay/recipe/source_config.h"
#include "margay/recipe/training_config.h"

namespace margay::recipe {

/// The network: a published one by name (graph/zoo/zoo.h), or a list of layers (graph/layers.h).
struct NetworkConfig {
  std::string name;  ///< where it is not empty, there are no layers
  /// What it begins with: "imagenet", a file or a run directory (weights/published.h); empty: initial values.
  std::string weights;
  /// Side in pixels of the squares that published weights get in place of their own size, where the network
  /// takes any; 0: their own. [input] follows it.
  int resolution = 0;
  /// How pictures get the shape of those squares; nothing: the centre is cut out, as for published weights.
  std::optional<image::ResizeMode> fit;
  /// Resolutions whose channel means the last layer reads, 1 to 8 (graph/multiscale_head.h).
  int head_scales = 1;
  graph::Initializer initializer = graph::Initializer::glorot_uniform;
  Json layers = Json::array();
  /// No key: it is the network of a run that goes on. Rules for networks to come are no rules for those that
  /// have been trained.
  bool has_begun = false;
};

/// Whether what `weights` of a network names is a model or a run that was trained before, and neither nothing
/// nor published weights.
bool names_a_model(std::string_view weights);

/// The keys of [budget]: a training that takes so long, by the wall clock, in place of training.epochs.
struct BudgetConfig {
  double seconds = 0;  ///< from the start of the program to the end of the report; 0: epochs count
  /// Of the zoo, from the most accurate to the quickest: the first that is shown `pictures` in the time is
  /// trained; where none is, the last one with smaller pictures. Empty: the recipe's network.
  std::vector<std::string> networks;
  double pictures = 0;
};

/// The keys of [recorded_length]: how the length of a training that kept to a budget changed on its way, so
/// that a training without a clock makes the same steps. A run writes it down at its end; nobody else needs
/// it.
struct RecordedLengthConfig {
  int epochs = 0;                             ///< that were planned; 0: nothing is recorded
  double warmup_epochs = 0, step_epochs = 0;  ///< of the schedule at that time
  /// One after the other: epochs that were done, and the length of the training from then on.
  std::vector<double> changes;

  bool is_recorded() const { return epochs > 0; }
};

/// The keys of [head]: how Method::head fits, see head/fit.h.
struct HeadConfig {
  /// Augmented views of each picture, 1 to 64: as it is, mirrored, and from the third on as augmentation
  /// changes it.
  int views = 2;
  int folds = 5;  ///< 2 to 100
  /// L2 strengths to choose from.
  std::vector<double> l2{10, 3, 1, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4};
};

/// Everything that decides a training: a recipe with all changes laid over it.
struct Config {
  std::string description;
  image::Preprocess input;
  std::string augment;  ///< text of an augment::Pipeline
  MixingConfig mixing;
  NetworkConfig network;
  OptimizerConfig optimizer;
  LossConfig loss;
  ScheduleConfig schedule;
  TrainingConfig training;
  HeadConfig head;
  BudgetConfig budget;
  RecordedLengthConfig recorded_length;
  SourceConfig source;

  /// Whether the recorded length decides how long the training is, in place of epochs and time.
  bool follows_recorded_length() const { return recorded_length.is_recorded() && budget.seconds == 0; }

  /// Reads a document and checks it: unknown keys (with the nearest known one), wrong types and values out of
  /// range throw UsageError. `where` names the document in messages.
  static Config from_document(const Json& document, std::string_view where);

  /// All that was decided, defaults included; `from_document` reads it back.
  Json to_document() const;
};

/// What validation pictures, where there are any, decide about the model of such a training, in words; on
/// them it looks better than on new ones then.
std::vector<std::string> choices_on_validation(const Config& config);

/// Lets the training have so many epochs, with a schedule of the same shape.
void change_epochs(Config& config, int epochs);

/// The configuration that a recorded length begins with; without one as it is.
Config as_planned(Config config);

/// The network of this configuration for so many classes: one logit for two, else one each. Throws
/// ModelError, also where layers of a new network end in no logits (graph/logits.h).
graph::Graph build_network(const Config& config, int classes);

/// Number of outputs that a network for so many classes has.
int outputs_for(int classes);

}  // namespace margay::recipe
