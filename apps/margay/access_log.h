// Where the access log of `margay serve` goes.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>

namespace margay::app {

/// Lines on standard error, or at the end of a file. Thread-safe.
class AccessLog {
 public:
  /// Empty: standard error. Throws IoError.
  explicit AccessLog(std::filesystem::path path);

  /// What cannot be written is left out: no request fails because a disk is full.
  void write(std::string_view line) noexcept;

  /// Begins a new file where somebody has moved the old one away, as logrotate does. Throws IoError, and then
  /// the old one goes on.
  void reopen();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  static File open(const std::filesystem::path& path);

  const std::filesystem::path path_;
  std::mutex mutex_;
  File file_;
};

}  // namespace margay::app
