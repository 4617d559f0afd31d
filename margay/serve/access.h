// Who may ask: against pages of the web that make a browser ask in the user's place, and against strangers.
#pragma once

#include <string_view>

#include "margay/serve/http_message.h"
#include "margay/serve/options.h"

namespace margay::serve {

/// Whether the address is one that this machine alone reaches: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

/// Throws RequestError for a request that may not be answered: a Host that no loopback address has (a name
/// of the web that was made to lead here), an Origin other than this server, a token that is missing or
/// wrong. Whether the server is alive may be asked without a token.
void require_access(const HttpRequest& request, const AccessRules& rules);

}  // namespace margay::serve
