// Who answers requests.
#pragma once

#include <functional>
#include <memory>

#include "margay/serve/http_message.h"
#include "margay/serve/request_record.h"

namespace margay::serve {

/// Called from the thread that all connections are served by: nothing here may take long.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  /// Throws RequestError for a request that is refused for its head alone, before its body is read.
  virtual void check(const HttpRequest& head) = 0;

  /// Answers a whole request: calls `respond` once, now or later, from whatever thread. Must not throw.
  virtual void handle(std::shared_ptr<HttpRequest> request, std::function<void(HttpResponse)> respond) = 0;

  /// A request has been answered, or its connection has ended.
  virtual void record(const RequestRecord& record) = 0;

  /// So many connections are open now.
  virtual void count_connections(int open) = 0;
};

}  // namespace margay::serve
