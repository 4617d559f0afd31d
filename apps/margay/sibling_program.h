// The other programs of margay, of which `margay` takes the shape where a command needs their libraries.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace margay::app {

/// Whether there is such a program, beside this one or in ../libexec/margay.
bool has_sibling_program(std::string_view name);

/// The path of a program that lies beside this one or in ../libexec/margay. Throws IoError, which ends with
/// the hint.
std::filesystem::path find_sibling_program(std::string_view name, std::string_view hint);

/// Replaces the process by a program that gets these words, "margay" first. Throws IoError where it cannot be
/// started.
[[noreturn]] void become_program(const std::filesystem::path& program, const std::vector<std::string>& words);

}  // namespace margay::app
