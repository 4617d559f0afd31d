// One description for the help of every command.
#include "apps/margay/overwrite_option.h"

#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/run/output_folder.h"
#include "margay/run/run_directory.h"

namespace margay::app {

void add_overwrite_option(CLI::App& command, ExistingFile& existing) {
  command.add_flag_callback(
      "--overwrite", [&existing] { existing = ExistingFile::replace; },
      "write over a file that margay did not write, too; what it wrote itself is replaced anyway");
}

void refuse_file_of_run(const std::filesystem::path& path, std::string_view option, std::string_view where) {
  const std::filesystem::path folder = absolute_path(path).parent_path();
  require(!run::is_run(folder) || !run::RunDirectory{folder}.owns(path.filename().string()), where,
          fmt::format("{} {}: that is the name of a file of the run", option, path.string()),
          "choose another name");
}

void require_own_output(const std::filesystem::path& path, std::string_view option, std::string_view where,
                        ExistingFile existing) {
  refuse_file_of_run(path, option, where);
  require_writable_output(path, option, where, existing);
}

}  // namespace margay::app
