// Manual pages.
#pragma once

#include <string>
#include <vector>

#include "apps/margay/described_commands.h"

namespace margay::app {

struct ManPage {
  std::string name;  ///< "margay-dataset-get"
  std::string text;  ///< of the language of man(7)
};

/// margay(1) and a page for each command below it.
std::vector<ManPage> man_pages(const CommandDescription& program);

}  // namespace margay::app
