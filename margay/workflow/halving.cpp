// Plans the rungs from the last one backwards.
#include "margay/workflow/halving.h"

#include <algorithm>
#include <bit>

#include "margay/core/error.h"

namespace margay::workflow {

std::vector<Rung> halving_rungs(int trials, int epochs) {
  require(trials >= 1 && epochs >= 1, "sweep",
          fmt::format("{} trials of {} epochs; expected 1 or more of both", trials, epochs));
  const auto halvings = [](int number) { return std::bit_width(static_cast<unsigned>(number)) - 1; };
  const int last = std::min(halvings(trials), halvings(epochs));
  std::vector<Rung> rungs;
  for (int i = 0; i <= last; ++i) rungs.push_back({trials >> i, epochs >> (last - i)});
  return rungs;
}

}  // namespace margay::workflow
