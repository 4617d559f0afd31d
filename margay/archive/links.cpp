// Names are resolved as texts, without a file system.
#include "margay/archive/links.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace margay::archive {
namespace {

constexpr int kMaxHops = 40;

/// The name without ".", ".." and empty parts; nothing where it leads out of the archive.
std::optional<std::string> plain_name(std::string_view name) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != "..")
      parts.push_back(part);
    else if (parts.empty())
      return std::nullopt;
    else
      parts.pop_back();
  }
  std::string plain;
  for (const std::string_view part : parts) plain += (plain.empty() ? "" : "/") + std::string(part);
  return plain;
}

size_t hash_of(std::string_view name) {
  return std::hash<std::string_view>{}(name);
}

}  // namespace

void Links::add_file(std::string_view name, uint32_t entry) {
  files_.emplace_back(hash_of(plain_name(name).value_or("")), entry);
}

void Links::add_link(std::string_view name, std::string_view target, bool hard) {
  const std::string folder = hard ? "" : std::string(name.substr(0, name.rfind('/') + 1));
  std::string from_root;
  if (hard || !target.starts_with('/')) from_root = plain_name(folder + std::string(target)).value_or("");
  if (const auto plain = plain_name(name)) links_.try_emplace(*plain, Link{std::move(from_root), hard});
}

void Links::tell(const Listener& listener) {
  if (links_.empty()) return;
  std::ranges::stable_sort(files_, {}, &std::pair<size_t, uint32_t>::first);
  for (const auto& [name, link] : links_) {
    std::string_view target = link.target;
    for (int hops = 0; hops < kMaxHops; ++hops) {
      const auto next = links_.find(std::string(target));
      if (next == links_.end()) break;
      target = next->second.target;
    }
    const auto file =
        std::ranges::lower_bound(files_, hash_of(target), {}, &std::pair<size_t, uint32_t>::first);
    if (!target.empty() && file != files_.end() && file->first == hash_of(target))
      listener.found(name, file->second);
    else
      listener.refused(name, link.hard ? "a hard link to no file" : "a symbolic link to no file");
  }
}

}  // namespace margay::archive
