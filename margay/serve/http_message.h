// Requests and answers of HTTP as the rest of the room sees them: no sockets and no library.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace margay::serve {

/// Names in lower case, in the order in which they came.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// A request; its body comes after its head has been found good.
struct HttpRequest {
  std::string method;
  std::string path;                          ///< without escapes
  std::map<std::string, std::string> query;  ///< of ?a=1&b=2, without escapes
  HttpFields fields;
  std::vector<uint8_t> body;
  std::string client;  ///< address and port
  /// Becomes true when nobody waits for the answer any more.
  std::shared_ptr<std::atomic<bool>> is_abandoned = std::make_shared<std::atomic<bool>>(false);

  /// Null where there is none; the first of several. `name` is in lower case.
  const std::string* field(std::string_view name) const;
  /// How many of that name there are.
  size_t count_fields(std::string_view name) const;
};

/// An answer.
struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  HttpFields fields = {};
  std::string body = {};
  // For the access log alone.
  std::string model = {};
  int pictures = 0;
};

/// {"error": text}
HttpResponse error_response(int status, std::string_view text);
/// The same for what was thrown; what is no error of margay's is a fault of the server, which is not shown.
HttpResponse error_response(const std::exception& error);

/// Sets path and query of `target`, "/a%20b?c=d". Throws RequestError.
void read_target(std::string_view target, HttpRequest& request);

}  // namespace margay::serve
