// Runs a program as a user would, and gives back what it said.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

extern char** environ;

namespace margay::test {

struct ProgramResult {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

/// A program that runs, its output going to files in `folder`, which is also where it starts.
class Program {
 public:
  Program(const std::filesystem::path& folder, const std::vector<std::string>& words,
          const std::string& input = {})
      : folder_(folder) {
    std::ofstream(folder_ / ".in") << input;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, (folder_ / ".in").c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, (folder_ / ".out").c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&actions, 2, (folder_ / ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int error = posix_spawn(&id_, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + words[0]);
  }

  /// Waits until standard error has `text`; false when the program ends first.
  bool wait_for_error_text(const std::string& text) {
    while (read(".err").find(text) == std::string::npos) {
      siginfo_t info{};
      waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
      if (info.si_pid != 0) return read(".err").find(text) != std::string::npos;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  void send(int signal) const { ::kill(id_, signal); }

  /// Waits until the program has a handler of its own for a signal; false when it ends first.
  bool wait_for_handler(int signal) {
    for (;;) {
      siginfo_t info{};
      waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
      if (info.si_pid != 0) return false;
      std::ifstream status("/proc/" + std::to_string(id_) + "/status");
      for (std::string line; std::getline(status, line);)
        if (line.starts_with("SigCgt:") &&
            (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1) != 0)
          return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  /// Waits until the program has replaced itself by one of this name; false when it ends first.
  bool wait_to_become(const std::string& name) {
    for (;;) {
      siginfo_t info{};
      waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT);
      if (info.si_pid != 0) return false;
      std::error_code unreadable;
      const std::filesystem::path link = "/proc/" + std::to_string(id_) + "/exe";
      if (std::filesystem::read_symlink(link, unreadable).filename() == name) return true;
      std::this_thread::yield();
    }
  }

  ProgramResult wait() {
    int status = 0;
    waitpid(id_, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(".out"), read(".err")};
  }

 private:
  std::string read(const char* name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
  pid_t id_ = 0;
};

}  // namespace margay::test
