// What a model has seen before of the pictures that it is measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace margay::analysis {

/// What a run knows about the pictures that it is measured on, by their content.
struct Familiarity {
  bool known = false;                ///< whether the run has written down what it learned from
  std::string altered_record = {};   ///< a file of that which is not as it was written; else empty
  bool record_is_gone = false;       ///< that file
  std::string unknown_weights = {};  ///< that it goes back to, where what they had learned from is not known
  bool set_aside = false;  ///< whether pictures were held out of training to choose how a head was fitted
  int64_t measured = 0;    ///< pictures that the figures are of
  int64_t learned = 0;     ///< pictures that it has learned from: they are in no other figure
  double learned_accuracy = 0;  ///< of those alone
  int64_t chose_model = 0;      ///< pictures that are measured and have chosen the model
  /// What validation pictures have chosen, as models have it: "the epoch that is kept", ...
  std::vector<std::string> choices = {};
};

}  // namespace margay::analysis
