// Paths as people tell them apart.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace margay::analysis {

/// The last parts of each path, as few as leave different paths different: "runs/a" and "runs/b" are "a" and
/// "b", "x/run" and "y/run" stay. Slashes at the end do not count.
std::vector<std::string> short_paths(std::span<const std::string> paths);

}  // namespace margay::analysis
