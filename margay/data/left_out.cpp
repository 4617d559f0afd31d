// Bounded, whatever a folder or an archive holds.
#include "margay/data/left_out.h"

#include <fmt/format.h>

#include <algorithm>

namespace margay::data {
namespace {

constexpr size_t kReasons = 100;
constexpr size_t kNamedEntries = 10'000;
constexpr size_t kNamedFolders = 1'000;
constexpr size_t kShownFolders = 5;
constexpr const char* kOtherReasons = "for other reasons";

/// "1 picture outside a class folder", "2 pictures outside a class folder", "3 hidden": a reason that begins
/// with "a" calls one entry by a noun.
std::string counted(size_t count, std::string_view reason) {
  if (!reason.starts_with("a ")) return fmt::format("{} {}", count, reason);
  reason.remove_prefix(2);
  if (count == 1) return fmt::format("1 {}", reason);
  size_t end = reason.npos;
  for (const std::string_view noun : {"picture", "folder", "file", "line", "link", "name", "run", "sweep"})
    if (const size_t at = reason.find(noun); at != reason.npos) end = std::min(end, at + noun.size());
  if (end == reason.npos) return fmt::format("{} {}", count, reason);
  std::string_view rest = reason.substr(end);
  constexpr std::string_view kSingular = " that is ";
  const bool is_singular = rest.starts_with(kSingular);
  if (is_singular) rest.remove_prefix(kSingular.size());
  return fmt::format("{} {}s{}{}", count, reason.substr(0, end), is_singular ? " that are " : "", rest);
}

}  // namespace

void LeftOut::add(std::string_view name, std::string_view reason) {
  const auto known = counts_.find(std::string(reason));
  if (known != counts_.end())
    ++known->second;
  else
    ++counts_[counts_.size() < kReasons ? std::string(reason) : kOtherReasons];
  if (entries_.size() < kNamedEntries) entries_.push_back({std::string(name), std::string(reason)});
}

void LeftOut::add_folder(std::string_view name, std::string_view reason) {
  add(name, reason);
  if (folders_.size() < kNamedFolders) folders_.push_back({std::string(name), std::string(reason)});
}

size_t LeftOut::total() const {
  size_t total = 0;
  for (const auto& [reason, count] : counts_) total += count;
  return total;
}

std::string describe(const LeftOut& left_out) {
  if (left_out.empty()) return {};
  std::vector<std::string> parts;
  std::map<std::string, size_t> counts = left_out.counts();
  for (const LeftOutEntry& folder : left_out.folders()) {
    const auto count = counts.find(folder.reason);
    if (parts.size() == kShownFolders) break;
    if (count != counts.end() && --count->second == 0) counts.erase(count);
    parts.push_back(fmt::format("{} ({})", folder.name, folder.reason));
  }
  for (const auto& [reason, count] : counts) parts.push_back(counted(count, reason));
  return fmt::format("left out: {}", fmt::join(parts, ", "));
}

}  // namespace margay::data
