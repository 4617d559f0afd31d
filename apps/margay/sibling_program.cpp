// Looks beside this program, and replaces it.
#include "apps/margay/sibling_program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "margay/core/error.h"
#include "margay/core/file_system.h"

namespace margay::app {

namespace fs = std::filesystem;
namespace {

/// Empty where nobody knows.
fs::path own_folder() {
  std::error_code unknown;
  return fs::read_symlink("/proc/self/exe", unknown).parent_path();
}

/// Empty where there is none.
fs::path path_of(std::string_view name) {
  const fs::path self = own_folder();
  for (const fs::path& folder : {self, self.parent_path() / "libexec" / "margay"})
    if (path_exists(folder / name)) return folder / name;
  return {};
}

}  // namespace

bool has_sibling_program(std::string_view name) {
  return !own_folder().empty() && !path_of(name).empty();
}

fs::path find_sibling_program(std::string_view name, std::string_view hint) {
  require<IoError>(!own_folder().empty(), name, "this program cannot tell where it lies",
                   fmt::format("/proc has to be mounted; or call {} itself", name));
  fs::path found = path_of(name);
  require<IoError>(!found.empty(), name,
                   fmt::format("it is neither in {} nor in ../libexec/margay", own_folder().string()), hint);
  return found;
}

void become_program(const fs::path& program, const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  throw io_error_from_errno(program.filename().string(), fmt::format("cannot start {}", program.string()));
}

}  // namespace margay::app
