// What to say about a path at which there is nothing.
#pragma once

#include <filesystem>
#include <string>

namespace margay::data {

/// "it is a link to X, which is not there"; empty for what is no link, or leads somewhere.
std::string describe_dead_link(const std::filesystem::path& path);

/// The folder that `path` lies in, whether or not there is one.
std::filesystem::path folder_around(const std::filesystem::path& path);

/// The path of the entry beside `path` whose name is most like its own, which is never that name itself;
/// empty where none is near.
std::string nearest_entry(const std::filesystem::path& path);

}  // namespace margay::data
