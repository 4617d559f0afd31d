// A training whose disk fails: at every single change of its files, and in the ways that disks and folders
// fail.
#include <chrono>
#include <thread>

#include "tests/cli/small_training.h"

using namespace margay;
using margay::test::SmallTraining;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> faults_below(const fs::path& folder, const std::string& kind, size_t at) {
  return {fmt::format("LD_PRELOAD={}", MARGAY_FAULT_LIBRARY), fmt::format("FAULT_FOLDER={}", folder.string()),
          fmt::format("FAULT_KIND={}", kind), fmt::format("FAULT_AT={}", at)};
}

/// Number of changes that the training makes in its run directory; the run stays as "whole".
size_t count_changes(const SmallTraining& training) {
  std::vector<std::string> environment = faults_below(training / "whole", "none", 1);
  environment.push_back(fmt::format("FAULT_LOG={}", (training / "log").string()));
  const test::ProgramResult result = training.train("whole", environment).wait();
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const std::string log = read_text_file(training / "log");
  return static_cast<size_t>(std::count(log.begin(), log.end(), '\n'));
}

/// One line that says where, what, and what to do.
void check_message(const test::ProgramResult& result, const std::string& reason) {
  CAPTURE(result.err);
  CHECK(result.exit_code == 6);
  const size_t begin = result.err.find("margay: [");
  REQUIRE(begin != std::string::npos);
  const std::string message = result.err.substr(begin);
  CHECK(std::count(message.begin(), message.end(), '\n') == 1);
  CHECK(message.find(reason) != std::string::npos);
  CHECK(message.find("Hint: ") != std::string::npos);
}

/// What a run is good for without its drawings.
void check_results(const fs::path& run, const fs::path& whole) {
  for (const char* name : {"model.safetensors", "predictions.csv", "manifest.csv"}) {
    CAPTURE(name);
    CHECK(read_file(run / name) == read_file(whole / name));
  }
  CHECK(test::losses_of(run) == test::losses_of(whole));
}

/// The training has ended with a message, or, where only a drawing was hit, well and with a warning.
void check_hit(const test::ProgramResult& hit, const std::string& reason, const fs::path& run,
               const fs::path& whole) {
  if (hit.exit_code != 0) return check_message(hit, reason);
  CAPTURE(hit.err);
  const size_t warning = hit.err.find("warning: ");
  REQUIRE(warning != std::string::npos);
  CHECK(hit.err.find("could not be written", warning) != std::string::npos);
  CHECK(hit.err.find(reason, warning) != std::string::npos);
  check_results(run, whole);
}

void check_recovery(const SmallTraining& training, const std::string& run) {
  test::check_whole(training / run, training / "whole");
  const test::ProgramResult recovered = training.go_on(run).wait();
  CAPTURE(recovered.err);
  CHECK(recovered.exit_code == 0);
  test::check_same_end(training / run, training / "whole");
}

/// Of 1 to `count`: all, or every `stride`-th beginning with `first`.
void walk(const std::string& kind, const std::string& reason, size_t first, size_t stride) {
  const SmallTraining training;
  const size_t count = count_changes(training);
  CHECK(count > 100);
  if (test::is_exhaustive()) first = stride = 1;
  MESSAGE(kind, " at ", (count - first) / stride + 1, " of ", count, " changes");
  for (size_t n = first; n <= count; n += stride) {
    CAPTURE(n);
    fs::remove_all(training / "run");
    const test::ProgramResult hit = training.train("run", faults_below(training / "run", kind, n)).wait();
    if (kind == "KILL")
      CHECK(hit.exit_code == 128 + SIGKILL);
    else
      check_hit(hit, reason, training / "run", training / "whole");
    check_recovery(training, "run");
  }
}

}  // namespace

TEST_CASE("a disk that is full from any change on costs nothing that was saved") {
  walk("ENOSPC", "No space left on device", 3, 37);
}

TEST_CASE("a disk that fails once at any change costs nothing that was saved") {
  walk("EIO", "Input/output error", 15, 37);
}

TEST_CASE("a training that is killed at any change goes on") {
  walk("KILL", "", 27, 37);
}

TEST_CASE("a place that may not be written is refused before anything is trained") {
  const SmallTraining training;
  for (const auto& [kind, reason] :
       {std::pair("EROFS", "Read-only file system"), std::pair("EACCES", "Permission denied")}) {
    CAPTURE(kind);
    const test::ProgramResult result = training.train("run", faults_below(training / "run", kind, 1)).wait();
    check_message(result, reason);
    CHECK(result.err.find("training '") == std::string::npos);
    CHECK_FALSE(fs::exists(training / "run"));
  }
}

TEST_CASE("a disk that becomes read-only is named and the run can be resumed") {
  const SmallTraining training;
  const size_t count = count_changes(training);
  check_message(training.train("run", faults_below(training / "run", "EROFS", count / 2)).wait(), "--resume");
  check_recovery(training, "run");
}

TEST_CASE("a run directory that vanishes is named and what was saved can be resumed") {
  const SmallTraining training({"training.epochs=1000000"});
  test::Program program = training.train("run");
  while (!fs::exists(training / "run/history.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  fs::rename(training / "run", training / "moved");
  const test::ProgramResult result = program.wait();
  check_message(result, "No such file or directory");
  CHECK(result.err.find("is gone") != std::string::npos);
  CHECK_FALSE(fs::exists(training / "run"));
  CHECK_NOTHROW(run::read_history(training / "moved/history.jsonl"));
  CHECK_NOTHROW(model::read_safetensors(training / "moved/checkpoint.safetensors"));
}

TEST_CASE("a training where gnuplot is missing or fails lacks its plots and nothing else") {
  const SmallTraining training;
  REQUIRE(training.train("whole").wait().exit_code == 0);
  fs::create_directory(training / "bin");
  for (const char* script : {"", "#!/bin/sh\necho out of ink >&2\nexit 3\n"}) {
    CAPTURE(script);
    fs::remove_all(training / "run");
    if (*script != '\0') {
      write_file_atomically(training / "bin/gnuplot", std::string_view(script));
      fs::permissions(training / "bin/gnuplot", fs::perms::owner_all);
    }
    const std::string path = "PATH=" + (training / "bin").string();
    const test::ProgramResult result = training.train("run", {path}).wait();
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.err.find("warning: curves.png and curves.svg could not be written: ") != std::string::npos);
    CHECK(result.err.find(*script == '\0' ? "no program gnuplot" : "out of ink") != std::string::npos);
    check_results(training / "run", training / "whole");
    CHECK_FALSE(fs::exists(training / "run/curves.png"));
    const std::string page = read_text_file(training / "run/report.html");
    CHECK(page.find("is not drawn") != std::string::npos);
    CHECK(page.find("data-curves=") != std::string::npos);
  }
}

TEST_CASE("a damaged checkpoint falls back to the one before and two end with a message") {
  const SmallTraining training;
  REQUIRE(training.train("whole").wait().exit_code == 0);
  fs::copy(training / "whole", training / "run");
  fs::remove(training / "run/model.safetensors");
  fs::resize_file(training / "run/checkpoint.safetensors", 100);
  const test::ProgramResult back = training.go_on("run").wait();
  CAPTURE(back.err);
  CHECK(back.exit_code == 0);
  CHECK(back.err.find("warning: ") == back.err.rfind("warning: "));
  CHECK(back.err.find("going on from the checkpoint before it") != std::string::npos);
  test::check_same_end(training / "run", training / "whole");

  for (const char* name : {"run/checkpoint.safetensors", "run/checkpoint.previous.safetensors"})
    fs::resize_file(training / name, 100);
  const test::ProgramResult lost = training.go_on("run").wait();
  CAPTURE(lost.err);
  CHECK(lost.exit_code == 4);
  CHECK(lost.err.find("neither checkpoint") != std::string::npos);
  test::check_same_end(training / "run", training / "whole");
}

TEST_CASE("a run without a checkpoint begins anew unless it has a model") {
  const SmallTraining training;
  REQUIRE(training.train("whole").wait().exit_code == 0);
  fs::copy(training / "whole", training / "run");
  for (const char* name : {"run/checkpoint.safetensors", "run/checkpoint.previous.safetensors"})
    fs::remove(training / name);
  const test::ProgramResult refused = training.go_on("run").wait();
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("Hint: train again: margay train") != std::string::npos);
  fs::remove(training / "run/model.safetensors");
  const test::ProgramResult anew = training.go_on("run").wait();
  CAPTURE(anew.err);
  CHECK(anew.exit_code == 0);
  CHECK(anew.err.find("begins anew") != std::string::npos);
  test::check_same_end(training / "run", training / "whole");
}
