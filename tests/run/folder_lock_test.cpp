// Who writes a folder, and who does not.
#include "margay/run/folder_lock.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/run/run_directory.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

namespace fs = std::filesystem;

/// Runs `work` in a process of its own and gives its exit status.
template <class Work>
pid_t start(const Work& work) {
  const pid_t process = ::fork();
  if (process == 0) ::_exit(work());
  return process;
}

int end_of(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_CASE("a folder that is in use is refused with who uses it") {
  const test::TemporaryFolder folder;
  {
    const FolderLock lock(folder / "runs/a");
    CHECK(fs::exists(folder / "runs/a/.lock"));
    const std::string process = "process " + std::to_string(::getpid()) + " on ";
    CHECK_THROWS_WITH_AS(FolderLock(folder / "runs/a"), doctest::Contains(process.c_str()), UsageError);
    CHECK_THROWS_WITH_AS(FolderLock(folder / "runs/a"), doctest::Contains("since 20"), UsageError);
    CHECK(fs::exists(folder / "runs/a/.lock"));
    const int other = end_of(start([&] {
      try {
        const FolderLock second(folder / "runs/a");
        return 0;
      } catch (const UsageError&) {
        return 7;
      }
    }));
    CHECK(other == 7);
    write_file_atomically(folder / "runs/a/config.toml", std::string_view("x"));
  }
  CHECK_FALSE(fs::exists(folder / "runs/a/.lock"));
  CHECK(fs::exists(folder / "runs/a/config.toml"));
  CHECK_NOTHROW(FolderLock(folder / "runs/a"));
}

TEST_CASE("a lock ends with the process that has it, however that ends") {
  const test::TemporaryFolder folder;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t holder = start([&] {
    const FolderLock lock(folder / "run");
    (void)!::write(ready[1], "x", 1);
    for (;;) ::pause();
    return 0;
  });
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK_THROWS_WITH_AS(FolderLock(folder / "run"), doctest::Contains(std::to_string(holder).c_str()),
                       UsageError);
  ::kill(holder, SIGKILL);
  CHECK(end_of(holder) == 128 + SIGKILL);
  CHECK(fs::exists(folder / "run/.lock"));  // left behind, and in nobody's way
  {
    const FolderLock lock(folder / "run");
    CHECK(read_text_file(folder / "run/.lock").find(std::to_string(::getpid())) != std::string::npos);
  }
  CHECK_FALSE(fs::exists(folder / "run/.lock"));
}

TEST_CASE("folders that were made for nothing go with the lock") {
  const test::TemporaryFolder folder;
  { const FolderLock lock(folder / "a/b/c"); }
  CHECK_FALSE(fs::exists(folder / "a"));
  make_folder(folder / "mine");
  { const FolderLock lock(folder / "mine"); }
  CHECK(fs::exists(folder / "mine"));
  { const FolderLock lock(folder / "mine/new"); }
  CHECK(fs::exists(folder / "mine"));
  CHECK_FALSE(fs::exists(folder / "mine/new"));
}

TEST_CASE("programs that begin at once get folders of their own") {
  const test::TemporaryFolder folder;
  constexpr int kPrograms = 8;
  std::vector<pid_t> programs;
  int go[2];
  REQUIRE(::pipe(go) == 0);
  for (int i = 0; i < kPrograms; ++i)
    programs.push_back(start([&] {
      char byte = 0;
      (void)!::read(go[0], &byte, 1);
      const auto lock = FolderLock::make_next(folder / "runs", "article");
      write_file_atomically(lock->folder() / std::to_string(::getpid()), std::string_view("x"));
      return 0;
    }));
  (void)!::write(go[1], "01234567", kPrograms);
  for (const pid_t program : programs) CHECK(end_of(program) == 0);
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "runs")) {
    names.insert(entry.path().filename().string());
    CHECK(std::distance(fs::directory_iterator(entry.path()), {}) == 1);
  }
  CHECK(names.size() == kPrograms);
  CHECK(names.contains("article"));
  CHECK(names.contains("article-8"));
}

TEST_CASE("a folder whose holder was killed is abandoned until the next one has it") {
  const test::TemporaryFolder folder;
  CHECK_FALSE(FolderLock::is_abandoned(folder / "run"));
  {
    const FolderLock lock(folder / "run");
    CHECK_FALSE(FolderLock::is_abandoned(folder / "run"));
  }
  CHECK_FALSE(FolderLock::is_abandoned(folder / "run"));
  const pid_t killed = ::fork();
  if (killed == 0) {
    const FolderLock lock(folder / "run");
    ::raise(SIGKILL);
  }
  ::waitpid(killed, nullptr, 0);
  CHECK(FolderLock::is_abandoned(folder / "run"));
  const FolderLock next(folder / "run");
  CHECK_FALSE(FolderLock::is_abandoned(folder / "run"));
}

TEST_CASE("the file of a lock belongs to a run and makes none") {
  const test::TemporaryFolder folder;
  const FolderLock lock(folder / "run");
  CHECK(RunDirectory{folder / "run"}.owns(".lock"));
  CHECK_FALSE(RunDirectory{folder / "run"}.holds_run());
  CHECK_NOTHROW(RunDirectory::create(folder / "run"));
}

TEST_CASE("a lock through a link is refused and the file behind it stays") {
  const test::TemporaryFolder folder;
  make_folder(folder / "run");
  write_file_atomically(folder / "precious", std::string_view("kept"));
  fs::create_symlink(folder / "precious", folder / "run/.lock");
  CHECK_THROWS_AS(FolderLock(folder / "run"), IoError);
  CHECK(read_text_file(folder / "precious") == "kept");
}

}  // namespace
}  // namespace margay::run
