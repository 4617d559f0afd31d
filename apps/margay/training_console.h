// How a training looks in the terminal.
#pragma once

#include <memory>
#include <string>

#include "margay/core/json.h"
#include "margay/train/events.h"

namespace margay::app {

enum class TrainingOutput {
  lines,  ///< a line that moves on a terminal, a line an epoch elsewhere
  quiet,  ///< warnings only
  json,   ///< an object a line on standard output
};

/// "begins with the weights base: 4 parameters and buffers; linear1.weight and linear1.bias start anew,
/// because ...", with a newline; nothing where a training begins from scratch.
std::string format_pretrained(const train::PretrainedWeights& pretrained);

/// One line of `--json`, at once.
void print_event(const Json& event);
/// The same for a warning.
void print_warning_event(const std::string& warning);

/// An observer that writes to standard error (lines) or standard output (json).
std::unique_ptr<train::TrainingObserver> make_training_console(TrainingOutput output);

}  // namespace margay::app
