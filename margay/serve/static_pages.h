// What never changes while the server runs.
#pragma once

#include <string>
#include <string_view>

#include "margay/serve/http_message.h"

namespace margay::serve {

/// The text of margay/serve/openapi.json, which the build embeds.
extern const std::string_view kOpenApi;

/// The page at that address, which is one of `routes()`.
HttpResponse static_page(std::string_view path);

}  // namespace margay::serve
