// Reads what Linux says about the machine.
#include "margay/run/environment.h"

#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <string_view>

#include "margay/core/commit.h"
#include "margay/core/cpu.h"
#include "margay/core/version.h"

namespace margay::run {
namespace {

/// The text after `key` and `separator` in the first line of `path` that starts with `key`; null without one.
Json value_in_file(const char* path, std::string_view key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t at = line.find(separator);
    if (!line.starts_with(key) || at == std::string::npos) continue;
    std::string value = line.substr(at + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '"')) value.erase(0, 1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '"')) value.pop_back();
    return value;
  }
  return nullptr;
}

Json memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGE_SIZE);
  if (pages <= 0 || page_bytes <= 0) return nullptr;
  return static_cast<int64_t>(pages) * page_bytes;
}

Json kernel() {
  utsname name{};
  if (uname(&name) != 0) return nullptr;
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

std::string compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#else
  return "unknown";
#endif
}

std::string date_utc() {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

Json describe_environment(std::span<const std::string> command_line) {
  Json command = Json::array();
  for (const std::string& argument : command_line) command.push_back(argument);
  return Json{
      {"margay", kVersion},
      {"commit", commit()},
      {"compiler", compiler()},
      {"processor", value_in_file("/proc/cpuinfo", "model name", ':')},
      {"usable_cpus", usable_cpus()},
      {"bf16", cpu_has_bf16()},
      {"avx512", cpu_has_avx512()},
      {"memory_bytes", memory_bytes()},
      {"os", value_in_file("/etc/os-release", "PRETTY_NAME", '=')},
      {"kernel", kernel()},
      {"date", date_utc()},
      {"command", command},
  };
}

}  // namespace margay::run
