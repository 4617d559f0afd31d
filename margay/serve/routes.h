// The addresses of the server.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace margay::serve {

/// What is asked.
enum class Route {
  page,     ///< something that never changes, such as /openapi.json
  predict,  ///< pictures, the simple way
  metrics,  ///< for Prometheus
  live,     ///< Open Inference Protocol from here on
  ready,
  server,
  index,  ///< the models
  model,
  model_ready,
  infer,
};

/// A row of the table of addresses.
struct RouteRow {
  Route route;
  std::string_view method;   ///< GET also stands for HEAD
  std::string_view pattern;  ///< "{model}" stands for a name; also what metrics call it
};

/// All addresses; each is in openapi.json.
std::span<const RouteRow> routes();

/// An address that was understood.
struct RoutedRequest {
  const RouteRow* row = nullptr;
  std::string model = {};    ///< what stood for {model}
  std::string version = {};  ///< and for {version}
};

/// Throws RequestError: 404 for an address that there is none of, 405 for one that has another method.
RoutedRequest find_route(std::string_view method, std::string_view path);

}  // namespace margay::serve
