// What a training wrote down, epoch by epoch.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "margay/run/epoch_record.h"

namespace margay::run {

/// Epochs are numbered from 1 up to this, in files that are read, too.
inline constexpr int kMostEpochs = 10'000'000;

/// Names of further columns that others read.
inline constexpr const char* kBalancedAccuracy = "val_balanced_accuracy";
inline constexpr const char* kHighestLoss = "highest_loss";  ///< mean loss of the epoch's worst batch
inline constexpr const char* kUpdateRatio =
    "update_ratio";  ///< update-to-weight ratio of the epoch's last step

// Of a head that was fitted, see head/fit.h.
inline constexpr const char* kL2 = "l2";                      ///< strength that was chosen
inline constexpr const char* kHeldOutLoss = "held_out_loss";  ///< by which it was chosen; NaN: it was not
inline constexpr const char* kHeldOutAccuracy = "held_out_accuracy";

/// A further column; NaN where the record does not have it.
double other_value(const EpochRecord& record, std::string_view name);

using History = std::vector<EpochRecord>;

/// The epoch that `keep = "best"` keeps: of those with the highest accuracy in validation the one with the
/// lowest loss there, and of these the first. Null where there was none.
const EpochRecord* best_epoch(const History& history);

/// `history.csv`: a header line, then the columns in the order of EpochRecord. NaN is an empty field,
/// infinity is `inf`. Throws UsageError when the records have different further columns.
std::string to_csv(const History& history);

/// `history.jsonl`: an object a line. NaN is null, infinity is the string "Infinity" or "-Infinity"; every
/// other number reads back as the same double. Throws UsageError when the records have different further
/// columns.
std::string to_jsonl(const History& history);

/// Reads `history.jsonl`. Trainings append to that file, so a last line that a crash cut off (no newline, not
/// a whole object) is left out; anything else that is wrong is a FormatError with the line. Throws IoError.
History read_history(const std::filesystem::path& jsonl);

/// The same for the text of such a file; `where` names it in messages.
History parse_history(std::string_view jsonl, std::string_view where);

}  // namespace margay::run
