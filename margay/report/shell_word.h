// Words of shell commands, under the name of this room.
#pragma once

#include "margay/core/shell_word.h"

namespace margay::report {
using margay::shell_word;
}
