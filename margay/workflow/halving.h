// Successive halving: many trials for a few epochs, and ever fewer for ever longer.
#pragma once

#include <vector>

namespace margay::workflow {

/// So many trials, those that did best so far, are trained up to this epoch.
struct Rung {
  int trials = 0;
  int epochs = 0;
};

/// Each rung has half as many trials as the one before, rounded down, and twice the epochs, until there is
/// one trial or one epoch fewer would be none (Jamieson and Talwalkar 2016). The last rung has all epochs.
/// Throws UsageError unless both numbers are 1 or more.
std::vector<Rung> halving_rungs(int trials, int epochs);

}  // namespace margay::workflow
