// Whether one of two classifiers is better, or only luckier.
#pragma once

#include <cstdint>

namespace margay {

/// The two-sided exact p-value of McNemar's test (McNemar 1947, with the binomial distribution): how probable
/// a split at least as uneven is when both classifiers are equally good. `only_first` pictures are classified
/// right by the first alone, `only_second` by the second alone; 1 when both are 0. Throws UsageError for
/// negative counts.
double mcnemar_p_value(int64_t only_first, int64_t only_second);

}  // namespace margay
