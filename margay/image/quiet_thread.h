// For libraries that write to standard error by themselves and cannot be told not to.
#pragma once

#include <functional>

namespace margay::image {

/// Does `work` on a thread of its own, whose standard output and standard error lead nowhere and which sees
/// no other open file; those of the rest of the process stay as they are. Where the system does not allow it,
/// `work` is done all the same. Throws what `work` throws.
void on_quiet_thread(const std::function<void()>& work);

}  // namespace margay::image
