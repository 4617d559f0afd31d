// Where --html writes a page.
#pragma once

#include <filesystem>
#include <string_view>

namespace margay::app {

/// Complains, before the work that the page is about, when it cannot be written there: throws UsageError that
/// names the command `where`.
void require_writable_page(const std::filesystem::path& page, std::string_view where);

}  // namespace margay::app
