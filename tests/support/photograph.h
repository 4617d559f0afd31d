// A real photograph out of an archive of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "margay/archive/archive.h"
#include "margay/core/atomic_file.h"

namespace margay::test {

/// Writes the file of the archive whose name ends so into `folder`.
inline std::filesystem::path unpack_photograph(const std::filesystem::path& zip, const std::string& name,
                                               const std::filesystem::path& folder) {
  constexpr uint64_t kMaxBytes = 1'000'000;
  std::optional<uint32_t> number;
  archive::Listener listener;
  listener.found = [&](std::string_view found, uint32_t entry) {
    if (found.ends_with(name)) number = entry;
  };
  listener.refused = [](std::string_view, std::string_view) {};
  const auto opened = archive::open_archive(zip, listener);
  const std::filesystem::path path = folder / std::filesystem::path(name).filename();
  write_file_atomically(path, opened->read(number.value(), kMaxBytes));
  return path;
}

}  // namespace margay::test
