// A file that is not there is not mended as a broken one is: they are told apart.
#include "margay/data/skipped_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "margay/core/error.h"

namespace margay::data {

SkipCause skip_cause(const std::exception& error) {
  return dynamic_cast<const IoError*>(&error) != nullptr ? SkipCause::unreadable : SkipCause::broken;
}

std::string count_skipped(std::span<const SkippedFile> files) {
  const auto unreadable = std::ranges::count(files, SkipCause::unreadable, &SkippedFile::cause);
  const auto broken = std::ssize(files) - unreadable;
  std::string text;
  if (unreadable > 0)
    text = fmt::format("{} that {} missing or cannot be read", unreadable, unreadable == 1 ? "is" : "are");
  if (broken > 0)
    text +=
        fmt::format("{}{} that {} not decode", text.empty() ? "" : ", ", broken, broken == 1 ? "does" : "do");
  return text;
}

std::string describe_faults(std::span<const SkippedFile> files) {
  const auto is_broken = [](const SkippedFile& file) { return file.cause == SkipCause::broken; };
  if (std::ranges::all_of(files, is_broken)) return "do not decode";
  if (std::ranges::none_of(files, is_broken)) return "are missing or cannot be read";
  return fmt::format("cannot be used ({})", count_skipped(files));
}

}  // namespace margay::data
