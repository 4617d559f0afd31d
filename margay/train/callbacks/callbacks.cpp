// Which callbacks a configuration asks for, in their order.
#include "margay/train/callbacks/callbacks.h"

#include "margay/train/callbacks/early_stopping.h"

namespace margay::train {

void add_callbacks(Training& training, Callbacks& callbacks) {
  const recipe::TrainingConfig& wanted = training.config.training;
  callbacks.push_back(make_timing());
  callbacks.push_back(make_learning_rate(training));
  if (wanted.keep == recipe::Keep::ema) callbacks.push_back(make_weight_averaging());
  callbacks.push_back(make_update_ratio());
  if (wanted.non_finite == recipe::NonFinite::skip) callbacks.push_back(make_skip_lost_steps());
  if (wanted.keep == recipe::Keep::best) callbacks.push_back(make_keep_best());
  if (wanted.patience > 0)
    callbacks.push_back(std::make_unique<EarlyStopping>(wanted.patience, wanted.min_delta));
  callbacks.push_back(make_announcements());
  // What is decided after a checkpoint was written is decided again by a training that goes on from it.
  callbacks.push_back(make_checkpointing(callbacks));
  if (training.config.budget.seconds > 0) callbacks.push_back(make_time_budget(training));
  if (training.config.follows_recorded_length()) callbacks.push_back(make_recorded_length());
}

}  // namespace margay::train
