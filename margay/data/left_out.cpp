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
  for (const auto& [reason, count] : counts) parts.push_back(fmt::format("{} {}", count, reason));
  return fmt::format("left out: {}", fmt::join(parts, ", "));
}

}  // namespace margay::data
