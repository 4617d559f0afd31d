// The callbacks of a training, one a file.
#pragma once

#include "margay/train/callback.h"

namespace margay::train {

// What each does is said where it is made; all but early stopping are seen through this interface alone.
std::unique_ptr<Callback> make_timing();
std::unique_ptr<Callback> make_learning_rate(const Training& training);
std::unique_ptr<Callback> make_weight_averaging();
std::unique_ptr<Callback> make_update_ratio();
std::unique_ptr<Callback> make_skip_lost_steps();
std::unique_ptr<Callback> make_keep_best();
std::unique_ptr<Callback> make_announcements();
std::unique_ptr<Callback> make_checkpointing(const Callbacks& callbacks);
std::unique_ptr<Callback> make_time_budget(Training& training);
std::unique_ptr<Callback> make_recorded_length();

/// Adds what the configuration of the training asks for. `callbacks` stays where it is: one of them keeps
/// what all have to remember.
void add_callbacks(Training& training, Callbacks& callbacks);

}  // namespace margay::train
