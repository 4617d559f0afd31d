// A line per file: digits, two spaces, name.
#include "margay/run/record_checksums.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/file_system.h"
#include "margay/core/sha256.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

/// What a file may have as its digits; two while it is replaced.
using Checksums = std::map<std::string, std::vector<std::string>>;

/// Lines that are none say nothing.
Checksums read_checksums(const fs::path& path) {
  constexpr size_t kDigits = 64;
  constexpr std::string_view kGap = "  ";
  Checksums checksums;
  if (!path_exists(path)) return checksums;
  const std::string text = read_text_file(path);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (line.size() > kDigits + kGap.size() && line.substr(kDigits, kGap.size()) == kGap)
      checksums[std::string(line.substr(kDigits + kGap.size()))].emplace_back(line.substr(0, kDigits));
  }
  return checksums;
}

void write_checksums(const fs::path& path, const Checksums& checksums) {
  std::string text;
  for (const auto& [name, digits] : checksums)
    for (const std::string& one : digits) text += one + "  " + name + '\n';
  write_file_atomically(path, text);
}

}  // namespace

void write_record(const RunDirectory& directory, const fs::path& path, std::string_view text) {
  const std::span bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  Checksums checksums = read_checksums(directory.record_checksums());
  std::vector<std::string>& digits = checksums[path.filename().string()];
  digits.push_back(sha256_hex(bytes));
  write_checksums(directory.record_checksums(), checksums);
  write_file_atomically(path, text);
  if (digits.size() == 1) return;
  digits = {digits.back()};
  write_checksums(directory.record_checksums(), checksums);
}

std::string altered_record(const RunDirectory& directory) {
  Checksums checksums = read_checksums(directory.record_checksums());
  // A run that comes from elsewhere may name any file, and one that never ends.
  for (const fs::path& path : {directory.manifest(), directory.learned()}) {
    const std::string name = path.filename().string();
    const std::vector<std::string>& digits = checksums[name];
    if (digits.empty()) continue;
    if (!path_exists(path) || std::ranges::find(digits, sha256_hex_of_file(path)) == digits.end())
      return name;
  }
  return {};
}

}  // namespace margay::run
