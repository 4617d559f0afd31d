// What was found in a training, a type for each kind of finding: the numbers that show it, and no words.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace margay::analysis {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Where the accuracies of a training stand at its end, in [0, 1].
struct Levels {
  double training = 0;
  double validation = kUnknown;  ///< NaN without validation pictures
  int epochs = 1;                ///< whose medians they are
  bool every_epoch = true;       ///< otherwise only validated ones count
};

/// Levels with the distance between training and validation.
struct Gap {
  Levels levels;
  double gap = 0;
  double error = 0;  ///< standard error of it
};

/// Levels after all epochs, with what guessing comes to.
struct AgainstGuessing {
  Levels levels;
  int epochs = 0;
  double guessing_accuracy = 0;
  double guessing_loss = 0;
  double loss = 0;  ///< of training
};

/// How the losses have moved at the end.
struct LossTrend {
  Levels levels;
  int points = 0;                       ///< epochs that the trend was drawn through
  int epochs = 0;                       ///< that they are spread over
  double training_change = 0;           ///< as a share of the loss
  double validation_change = kUnknown;  ///< NaN without validation
};

/// Whether a validation accuracy is what guessing comes to.
enum class Guessing { no, perhaps, surely };

/// A loss became NaN or infinite.
struct NotFinite {
  static constexpr std::string_view kCode = "not_finite";
  bool in_validation = false;
  double loss = 0;
  int epoch = 0;
  std::optional<double> loss_before{};  ///< nothing in the first epoch
  int epoch_before = 0;
};

/// Validation pictures are among those that the network has learned from.
struct LearnedPictures {
  static constexpr std::string_view kCode = "learned_validation_pictures";
  int64_t validation_count = 0;
  int64_t learned = 0;
  bool all() const { return learned >= validation_count; }
};

/// Too few pictures for any accuracy to mean something.
struct Shortage {
  static constexpr std::string_view kCode = "shortage";
  int64_t smallest_class = 0;
  int64_t validation_count = 0;
  int validation_classes = 0;
  int classes = 0;
  bool few_to_learn = false;   ///< the smallest class is too small
  bool lacks_classes = false;  ///< validation has no pictures of some
  bool few_to_check = false;   ///< validation is too small
  bool any() const { return few_to_learn || lacks_classes || few_to_check; }
};

/// So few validation pictures that guessing and a useful accuracy look the same.
struct Undecided {
  static constexpr std::string_view kCode = "undecided";
  Gap gap;
  double guessing_accuracy = 0;
  int64_t validation_count = 0;
};

/// Too few epochs, or steps, to see where it goes.
struct TooShort {
  static constexpr std::string_view kCode = "too_short";
  Levels levels{};          ///< where there is an epoch
  int epochs = 0;           ///< that were finished
  int counting_epochs = 0;  ///< of these, those that were validated
  int64_t steps = 0;
  bool few_steps = false;
  bool few_epochs = false;    ///< fewer than three
  int64_t telling_steps = 0;  ///< that would tell
};

/// The loss jumps up again and again.
struct Jumps {
  static constexpr std::string_view kCode = "loss_jumps";
  size_t jumps = 0;
  int epochs = 0;
  int last_epoch = 0;                                       ///< with a jump
  double loss_before = 0, loss_after = 0, worst_batch = 0;  ///< of that jump
};

/// An epoch's loss went far above that of guessing and did not come back.
struct Exploded {
  static constexpr std::string_view kCode = "loss_exploded";
  AgainstGuessing end;
  int epoch = 0;
  double highest_loss = 0;
  double highest_update_ratio = kUnknown;
};

/// A single step moved the weights far.
struct Leapt {
  static constexpr std::string_view kCode = "step_too_large";
  AgainstGuessing end;
  double highest_loss = 0;
  double highest_update_ratio = 0;
};

/// The last loss is far above that of guessing.
struct Diverged {
  static constexpr std::string_view kCode = "diverged";
  AgainstGuessing end;
  bool in_validation = false;
  double loss = 0;
};

/// The rate is far from what networks bear.
struct RateFarOut {
  static constexpr std::string_view kCode = "rate_far_out";
  AgainstGuessing end;
  bool too_high = false;
  double learning_rate = 0;
  double usual_rate = 0;  ///< up to which networks bear it
  double loss = 0;        ///< the higher one of training and validation
};

/// The rate is 0.
struct Standstill {
  static constexpr std::string_view kCode = "rate_is_zero";
  AgainstGuessing end;
};

/// No step moves the weights by much.
struct TinySteps {
  static constexpr std::string_view kCode = "steps_too_small";
  AgainstGuessing end;
  double highest_update_ratio = kUnknown;  ///< NaN where it was not written down
};

/// Nothing better than guessing.
struct StuckAtChance {
  static constexpr std::string_view kCode = "stuck_at_chance";
  AgainstGuessing end;
  double last_update_ratio = kUnknown;
  bool dead = false;  ///< no gradient reaches the weights
};

/// The features of a frozen network tell nothing about the classes.
struct BlindFeatures {
  static constexpr std::string_view kCode = "blind_features";
  Gap gap;
  double guessing_accuracy = 0;
};

/// What is learned by heart holds for no other picture.
struct ShuffledLabels {
  static constexpr std::string_view kCode = "shuffled_labels";
  Gap gap;
  double best_validation = 0;
  double guessing_accuracy = 0;
};

/// The gap between training and validation is large.
struct Memorising {
  static constexpr std::string_view kCode = "memorising";
  Gap gap;
  int gap_since = 0;                      ///< epoch
  std::optional<int> loss_rises_since{};  ///< epoch since which validation loss rises
  Guessing guessing = Guessing::no;
  double guessing_accuracy = 0;
};

/// The same of a layer that was fitted to frozen features.
struct MemorisingHead {
  static constexpr std::string_view kCode = "memorising_head";
  Gap gap;
};

/// The loss still falls.
struct StillImproving {
  static constexpr std::string_view kCode = "still_improving";
  LossTrend trend;
};

/// The loss has stopped falling at a low level.
struct Plateau {
  static constexpr std::string_view kCode = "plateau";
  LossTrend trend;
};

/// There are no validation pictures to see by.
struct NoValidation {
  static constexpr std::string_view kCode = "no_validation";
  Levels levels;
};

/// Nothing is the matter.
struct Healthy {
  static constexpr std::string_view kCode = "healthy";
  Gap gap;
  bool settled = false;      ///< validation loss no longer moves
  bool of_head = false;      ///< fitted at once: it could not move
  bool regularized = false;  ///< training is made harder than validation
  bool large_gap = false;    ///< which may all the same be luck
};

using Facts =
    std::variant<Healthy, NotFinite, LearnedPictures, Shortage, Undecided, TooShort, Jumps, Exploded, Leapt,
                 Diverged, RateFarOut, Standstill, TinySteps, StuckAtChance, BlindFeatures, ShuffledLabels,
                 Memorising, MemorisingHead, StillImproving, Plateau, NoValidation>;

/// "memorising", "rate_far_out", ...: finer than the condition.
std::string_view code_of(const Facts& facts);

/// The numbers by name, for programs: "training_accuracy", "gap", ...
std::map<std::string, double> numbers_of(const Facts& facts);

}  // namespace margay::analysis
