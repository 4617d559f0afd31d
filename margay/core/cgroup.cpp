// Version 2 has one hierarchy, version 1 one for each controller; a process may be in both.
#include "margay/core/cgroup.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

namespace margay {
namespace {

namespace fs = std::filesystem;

/// Nothing for what is absent, or the word "max", or -1.
std::optional<uint64_t> read_number(const fs::path& path) {
  std::ifstream file(path);
  int64_t number = 0;
  if (file >> number && number >= 0) return static_cast<uint64_t>(number);
  return std::nullopt;
}

/// The number behind `key` in a file of lines "key number"; 0 without one.
uint64_t read_entry(const fs::path& path, std::string_view key) {
  std::ifstream file(path);
  std::string name;
  for (uint64_t number = 0; file >> name >> number;)
    if (name == key) return number;
  return 0;
}

/// Whether a comma-separated list of controllers names it.
bool names(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    const size_t comma = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, comma) == wanted) return true;
    controllers.remove_prefix(std::min(comma + 1, controllers.size()));
  }
  return false;
}

struct Hierarchy {
  bool unified = true;  ///< version 2
  fs::path root;        ///< that its groups lie below
  std::string group;    ///< "/a/b", the process's own
};

/// The group of the process in version 2 and, where version 1 has this controller, there. A line is
/// "NUMBER:CONTROLLERS:GROUP", without controllers for version 2.
void for_each_hierarchy(const CgroupPlaces& places, std::string_view controller,
                        const std::function<void(const Hierarchy&)>& use) {
  std::ifstream file(places.membership);
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1),
                      group = line.substr(second + 1);
    if (controllers.empty())
      use({true, places.root, group});
    else if (names(controllers, controller))
      use({false, places.root / controller, group});
  }
}

/// The group's folder and those of all around it, up to the root. A container may see a part of the hierarchy
/// as its root, under which the group's name does not lead anywhere: the root is then its own.
void for_each_folder(const Hierarchy& hierarchy, const std::function<void(const fs::path&)>& use) {
  for (std::string group = hierarchy.group;; group.resize(group.rfind('/'))) {
    while (group.ends_with('/')) group.pop_back();
    use(hierarchy.root / fs::path(group).relative_path());
    if (group.find('/') == group.npos) break;
  }
}

double quota_of(const fs::path& folder, bool unified) {
  double quota = 0, period = 0;
  if (unified) {
    std::ifstream file(folder / "cpu.max");
    file >> quota >> period;  // the word "max" leaves both at 0
  } else {
    std::ifstream(folder / "cpu.cfs_quota_us") >> quota;
    std::ifstream(folder / "cpu.cfs_period_us") >> period;
  }
  return quota > 0 && period > 0 ? quota / period : std::numeric_limits<double>::infinity();
}

std::optional<uint64_t> memory_left_in(const fs::path& folder, bool unified) {
  const auto limit = read_number(folder / (unified ? "memory.max" : "memory.limit_in_bytes")),
             used = read_number(folder / (unified ? "memory.current" : "memory.usage_in_bytes"));
  if (!limit || !used) return std::nullopt;
  const uint64_t given_up =
                     read_entry(folder / "memory.stat", unified ? "inactive_file" : "total_inactive_file"),
                 taken = *used > given_up ? *used - given_up : 0;
  return *limit > taken ? *limit - taken : 0;
}

}  // namespace

double cgroup_cpu_quota(const CgroupPlaces& places) {
  double quota = std::numeric_limits<double>::infinity();
  for_each_hierarchy(places, "cpu", [&](const Hierarchy& hierarchy) {
    for_each_folder(hierarchy, [&](const fs::path& folder) {
      quota = std::min(quota, quota_of(folder, hierarchy.unified));
    });
  });
  return quota;
}

std::optional<uint64_t> cgroup_memory_left(const CgroupPlaces& places) {
  std::optional<uint64_t> least;
  for_each_hierarchy(places, "memory", [&](const Hierarchy& hierarchy) {
    for_each_folder(hierarchy, [&](const fs::path& folder) {
      if (const auto left = memory_left_in(folder, hierarchy.unified))
        least = std::min(*left, least.value_or(std::numeric_limits<uint64_t>::max()));
    });
  });
  return least;
}

}  // namespace margay
