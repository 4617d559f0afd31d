// Looks at files alone, so that it holds for whatever ended the training.
#include "margay/run/run_state.h"

#include "margay/core/file_system.h"
#include "margay/run/history.h"
#include "margay/run/run_config.h"

namespace margay::run {
namespace {

bool has_all_epochs(const RunDirectory& directory) {
  if (!path_exists(directory.model()) || !path_exists(directory.history_jsonl())) return false;
  const History history = read_history(directory.history_jsonl());
  return !history.empty() && history.back().epoch >= read_config(directory).training.epochs;
}

}  // namespace

RunState state_of(const RunDirectory& directory) {
  if (!path_exists(directory.config())) return RunState::none;
  if (has_all_epochs(directory)) return RunState::finished;
  return directory.has_checkpoint() ? RunState::halted : RunState::begun;
}

}  // namespace margay::run
