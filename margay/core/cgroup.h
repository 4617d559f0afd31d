// What the control groups of Linux leave to this process: containers and batch systems limit it by them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace margay {

/// Where the system tells which groups this process is in, and where their files are; others for tests.
struct CgroupPlaces {
  std::filesystem::path membership = "/proc/self/cgroup";
  std::filesystem::path root = "/sys/fs/cgroup";
};

/// The tightest quota of this process's groups (version 2 and 1) and of those around them, in processors;
/// infinity without one.
double cgroup_cpu_quota(const CgroupPlaces& places = {});

/// The least memory in bytes that is left below the limits of these groups; nothing without one. Pages of
/// files that nobody has used of late do not count as taken: the system gives them up before it refuses
/// anything.
std::optional<uint64_t> cgroup_memory_left(const CgroupPlaces& places = {});

}  // namespace margay
