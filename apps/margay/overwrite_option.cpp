// One description for the help of every command.
#include "apps/margay/overwrite_option.h"

namespace margay::app {

void add_overwrite_option(CLI::App& command, ExistingFile& existing) {
  command.add_flag_callback(
      "--overwrite", [&existing] { existing = ExistingFile::replace; },
      "write over a file that margay did not write, too; its own pictures and pages are replaced anyway");
}

}  // namespace margay::app
