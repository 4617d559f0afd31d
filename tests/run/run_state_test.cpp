// How far a training has come is what its files say.
#include "margay/run/run_state.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/recipe/recipe.h"
#include "margay/run/history.h"
#include "margay/run/run_config.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

History epochs(int count) {
  History history(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) history[static_cast<size_t>(i)].epoch = i + 1;
  return history;
}

TEST_CASE("a run is begun, halted and finished by the files that it has") {
  const test::TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run");
  CHECK(state_of(run) == RunState::none);
  CHECK_FALSE(run.has_checkpoint());

  recipe::Config config = recipe::load_recipe("article");
  config.training.epochs = 3;
  write_config(run, config);
  CHECK(read_config(run).training.epochs == 3);
  CHECK(state_of(run) == RunState::begun);

  write_file_atomically(run.previous_checkpoint(), "");
  CHECK(run.has_checkpoint());
  CHECK(state_of(run) == RunState::halted);

  write_file_atomically(run.history_jsonl(), to_jsonl(epochs(2)));
  write_file_atomically(run.model(), "");
  CHECK(state_of(run) == RunState::halted);

  write_file_atomically(run.history_jsonl(), to_jsonl(epochs(3)));
  CHECK(state_of(run) == RunState::finished);

  config.training.epochs = 4;
  write_config(run, config);
  CHECK(state_of(run) == RunState::halted);
}

}  // namespace
}  // namespace margay::run
