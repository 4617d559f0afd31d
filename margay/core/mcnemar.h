// Whether one of two classifiers is better, or only luckier.
#pragma once

#include <cstdint>

namespace margay {

/// The two-sided mid-p-value of McNemar's test (McNemar 1947; mid-p as in Fagerland, Lydersen and Laake, BMC
/// Medical Research Methodology 2013): how probable a split at least as uneven is when both classifiers are
/// equally good, equally uneven ones counting half. The exact test alarms at 5 % in about 3 % of equally good
/// pairs, this one in about 5 %. `only_first` pictures are classified right by the first alone, `only_second`
/// by the second alone; 1 when both are 0. Throws UsageError for negative counts.
double mcnemar_p_value(int64_t only_first, int64_t only_second);

}  // namespace margay
