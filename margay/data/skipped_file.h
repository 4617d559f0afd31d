// Pictures that could not be used, and what to say of them together.
#pragma once

#include <exception>
#include <filesystem>
#include <span>
#include <string>

namespace margay::data {

/// Whether there were bytes at all.
enum class SkipCause { unreadable, broken };

/// `unreadable` for what the system refuses: no such file, no permission.
SkipCause skip_cause(const std::exception& error);

/// A picture that could not be used, and why.
struct SkippedFile {
  std::filesystem::path path;
  std::string reason;
  SkipCause cause = SkipCause::broken;
};

/// "3 that do not decode", "2 that are missing or cannot be read, 1 that does not decode"; empty for none.
std::string count_skipped(std::span<const SkippedFile> files);

/// What is the matter with all of these together: "do not decode", "are missing or cannot be read", or
/// "cannot be used" with the counts of both.
std::string describe_faults(std::span<const SkippedFile> files);

}  // namespace margay::data
