// A table, and how a path is held against it.
#include "margay/serve/routes.h"

#include <algorithm>
#include <array>
#include <optional>

#include "margay/core/error.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

constexpr std::string_view kWhere = "serve.routes";

constexpr std::array kRoutes{
    RouteRow{Route::page, "GET", "/"},
    RouteRow{Route::page, "GET", "/openapi.json"},
    RouteRow{Route::predict, "POST", "/predict"},
    RouteRow{Route::metrics, "GET", "/metrics"},
    RouteRow{Route::server, "GET", "/v2"},
    RouteRow{Route::live, "GET", "/v2/health/live"},
    RouteRow{Route::ready, "GET", "/v2/health/ready"},
    RouteRow{Route::index, "POST", "/v2/repository/index"},
    RouteRow{Route::model, "GET", "/v2/models/{model}"},
    RouteRow{Route::model, "GET", "/v2/models/{model}/versions/{version}"},
    RouteRow{Route::model_ready, "GET", "/v2/models/{model}/ready"},
    RouteRow{Route::model_ready, "GET", "/v2/models/{model}/versions/{version}/ready"},
    RouteRow{Route::infer, "POST", "/v2/models/{model}/infer"},
    RouteRow{Route::infer, "POST", "/v2/models/{model}/versions/{version}/infer"},
};

/// Up to the next '/', which goes too.
std::string_view take_segment(std::string_view& path) {
  const size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

/// Sets what stands for names. False where the path is another one.
bool matches(std::string_view pattern, std::string_view path, RoutedRequest& found) {
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return false;
  while (!pattern.empty() || !path.empty()) {
    const std::string_view expected = take_segment(pattern), segment = take_segment(path);
    if (expected == "{model}")
      found.model = segment;
    else if (expected == "{version}")
      found.version = segment;
    else if (expected != segment)
      return false;
  }
  return true;
}

}  // namespace

std::span<const RouteRow> routes() {
  return kRoutes;
}

RoutedRequest find_route(std::string_view method, std::string_view path) {
  // Clients put a '/' behind addresses, or do not.
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const RouteRow* other = nullptr;
  for (const RouteRow& row : kRoutes) {
    RoutedRequest found{.row = &row};
    if (!matches(row.pattern, path, found)) continue;
    if (row.method == method || (row.method == "GET" && method == "HEAD")) return found;
    other = &row;
  }
  if (other != nullptr) throw MethodError(other->method == "GET" ? "GET, HEAD" : "POST");
  throw RequestError(404, kWhere, "there is no such address", "/openapi.json lists them");
}

}  // namespace margay::serve
