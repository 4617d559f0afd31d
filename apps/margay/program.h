// The program with all its commands, before it reads what it was given.
#pragma once

#include <memory>

#include "apps/margay/command.h"

namespace margay::app {

/// `outcome` has to live as long.
std::unique_ptr<CLI::App> make_program(Outcome& outcome);

}  // namespace margay::app
