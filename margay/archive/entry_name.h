// Names that archives give to their entries, which nobody has reason to trust.
#pragma once

#include <string>
#include <string_view>

namespace margay::archive {

/// What makes a name unfit to stand for a file below a folder, as what the entry is; empty for a good one.
std::string_view fault_of_name(std::string_view name);

/// The name for messages, printable and shortened.
std::string shown_name(std::string_view name);

}  // namespace margay::archive
