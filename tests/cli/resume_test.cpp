// A training that is killed or interrupted at random moments and resumed ends as if nothing had happened.
#include <chrono>
#include <thread>

#include "margay/core/random.h"
#include "tests/cli/small_training.h"

using namespace margay;
using margay::test::SmallTraining;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// Every optimiser, and all that a checkpoint has to remember.
const std::vector<std::vector<std::string>> kTrainings{
    {"optimizer.name=sgd", "optimizer.lr=0.01", "optimizer.nesterov=true", "optimizer.weight_decay=1e-4",
     "training.accumulate=2", "training.batch_size=3"},
    {"optimizer.name=adam", "training.keep=ema", "augment.transforms=flip,mixup=0.4,cutmix=1"},
    {"optimizer.name=adamw", "training.keep=best", "optimizer.clip_norm=0.5", "schedule.name=cosine",
     "schedule.warmup_epochs=1.5", "training.balance=sample"},
    {"optimizer.name=adam", "schedule.name=plateau", "schedule.patience_epochs=0", "training.patience=2",
     "training.min_delta=10", "loss.label_smoothing=0.1"}};

struct Timing {
  Seconds start;   ///< until the first step begins
  Seconds length;  ///< from there to the end
};

/// Leaves the run "whole".
Timing run_undisturbed(const SmallTraining& training) {
  const Clock::time_point begin = Clock::now();
  test::Program program = training.train("whole");
  program.wait_for_error_text("training '");
  const Clock::time_point first_step = Clock::now();
  REQUIRE(program.wait().exit_code == 0);
  return {first_step - begin, Clock::now() - first_step};
}

/// Mostly after the first step has begun.
void wait_for_random_moment(test::Program& program, const Timing& timing, Random& random) {
  const bool anywhere = random.uniform(0, 1) < 0.1;
  if (!anywhere) program.wait_for_error_text("training '");
  std::this_thread::sleep_for(random.uniform(0, 1) * (anywhere ? timing.start : 1.1 * timing.length));
}

bool is_writing(const fs::path& run) {
  const auto names = fs::exists(run) ? test::files_of(run) : std::vector<std::string>();
  return std::ranges::any_of(names, [](const std::string& name) { return name.ends_with(".tmp"); });
}

struct Tally {
  int disturbed = 0;
  int writing = 0;  ///< of these, while a file was being written
};

/// Trains once, disturbed at random moments, at most until `tally` has `count`, and resumed until done.
void train_disturbed(const SmallTraining& training, const Timing& timing, int signal, int count, Tally& tally,
                     Random& random) {
  fs::remove_all(training / "run");
  test::Program program = training.train("run");
  for (;;) {
    if (tally.disturbed < count) {
      wait_for_random_moment(program, timing, random);
      program.send(signal);
    }
    const test::ProgramResult result = program.wait();
    CAPTURE(result.err);
    if (result.exit_code == 0) break;
    REQUIRE(result.exit_code == 128 + signal);
    tally.writing += is_writing(training / "run") ? 1 : 0;
    ++tally.disturbed;
    // A run that was interrupted has a model of what it had learned until then.
    if (signal == SIGKILL) test::check_whole(training / "run", training / "whole");
    program = training.go_on("run");
  }
  test::check_same_end(training / "run", training / "whole");
}

/// `count` signals to each of the trainings, at moments that `signal` seeds.
void disturb(int signal, int count) {
  Random random({hash_text("disturb"), static_cast<uint64_t>(signal)});
  Tally sum;
  for (const std::vector<std::string>& settings : kTrainings) {
    CAPTURE(settings.front());
    const SmallTraining training(settings);
    const Timing timing = run_undisturbed(training);
    Tally tally;
    while (tally.disturbed < count) train_disturbed(training, timing, signal, count, tally, random);
    sum.disturbed += tally.disturbed, sum.writing += tally.writing;
  }
  MESSAGE(sum.disturbed, " signals ", signal, ", ", sum.writing, " of them while a file was written");
}

}  // namespace

TEST_CASE("killed at random moments and resumed equals uninterrupted byte for byte") {
  disturb(SIGKILL, test::is_exhaustive() ? 50 : 2);
}

TEST_CASE("interrupted by Ctrl-C at random moments and resumed equals uninterrupted byte for byte") {
  disturb(SIGINT, test::is_exhaustive() ? 13 : 1);
}

TEST_CASE("patience ends a training early and says so") {
  const SmallTraining training({"training.epochs=9", "training.patience=2", "training.min_delta=10"});
  const test::ProgramResult result = training.train("run").wait();
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(run::read_history(training / "run/history.jsonl").size() == 3);
  CHECK(result.err.find("stopped early: no lower validation loss in 2 epochs") != std::string::npos);
  const model::Model model = model::load_model(training / "run/model.safetensors");
  CHECK(model.provenance.at("stopped_early") == true);
  CHECK(model.provenance.at("epoch") == 3);
}
