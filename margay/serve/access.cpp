// Host, Origin, token.
#include "margay/serve/access.h"

#include <algorithm>

#include "margay/core/lower_case.h"
#include "margay/core/trimmed.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve.access";

/// "localhost:8080" and "[::1]:8080" without the port.
std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    return end == authority.npos ? std::string_view() : authority.substr(1, end - 1);
  }
  return authority.substr(0, authority.find(':'));
}

bool is_number_to_255(std::string_view text) {
  if (text.empty() || text.size() > 3) return false;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return value <= 255;
}

/// The four numbers have to be there: 127.evil.example is a name of the web.
bool is_loopback_v4(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  for (int i = 0; i < 4; ++i) {
    const size_t dot = host.find('.');
    if ((dot == host.npos) != (i == 3) || !is_number_to_255(host.substr(0, dot))) return false;
    host.remove_prefix(std::min(dot, host.size() - 1) + 1);
  }
  return true;
}

void require_host(const HttpRequest& request, const AccessRules& rules) {
  const std::string* host = request.field("host");
  if (host == nullptr || !is_loopback(rules.host)) return;
  if (!is_loopback(without_port(*host)))
    throw RequestError(403, kWhere, "this server is not asked by that name",
                       "it listens on this machine alone: ask localhost");
}

/// A page of another address makes browsers say so; programs send no Origin.
void require_origin(const HttpRequest& request) {
  const std::string* origin = request.field("origin");
  const std::string* host = request.field("host");
  const std::string* site = request.field("sec-fetch-site");
  const bool is_foreign_site = site != nullptr && (*site == "cross-site" || *site == "same-site");
  const bool is_foreign =
      origin != nullptr &&
      (host == nullptr || (*origin != "http://" + *host && *origin != "https://" + *host));
  if (is_foreign || is_foreign_site)
    throw RequestError(403, kWhere, "pages of other addresses may not ask this server");
}

/// Takes as long wherever the texts differ.
bool is_same_secret(std::string_view given, std::string_view expected) {
  unsigned differs = given.size() != expected.size();
  for (size_t i = 0; i < given.size(); ++i)
    differs |= static_cast<unsigned char>(given[i]) ^
               static_cast<unsigned char>(expected[i % std::max<size_t>(expected.size(), 1)]);
  return differs == 0;
}

void require_token(const HttpRequest& request, const AccessRules& rules) {
  constexpr std::string_view kScheme = "bearer ";
  if (rules.token.empty() || request.path == "/v2/health/live" || request.path == "/v2/health/ready") return;
  const std::string* given = request.field("authorization");
  const bool is_bearer = given != nullptr && lower_case(given->substr(0, kScheme.size())) == kScheme;
  if (!is_bearer || !is_same_secret(trimmed(std::string_view(*given).substr(kScheme.size())), rules.token))
    throw RequestError(401, kWhere, "the token is missing or wrong",
                       "send it in the field Authorization: Bearer TOKEN");
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string name = lower_case(std::string(host));
  return name == "localhost" || name == "::1" || name == "[::1]" || is_loopback_v4(name);
}

void require_access(const HttpRequest& request, const AccessRules& rules) {
  require_host(request, rules);
  require_origin(request);
  require_token(request, rules);
}

}  // namespace margay::serve
