// Listens, and serves every connection from one thread; no type of a library of sockets.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "margay/serve/http_handler.h"
#include "margay/serve/options.h"

namespace margay::serve {

/// HTTP 1.0 and 1.1. Functions may be called from any thread but its own.
class HttpServer {
 public:
  /// Listens; requests wait until `start`. Throws UsageError for a host that is no address, IoError where the
  /// system refuses.
  HttpServer(const std::string& host, uint16_t port, const Limits& limits);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  /// The one it listens on.
  uint16_t port() const;

  /// Requests go to `handler`, which has to be there until `stop`.
  void start(HttpHandler& handler);

  /// Takes no more connections, ends those without a request, and the others after their answers. Returns at
  /// once.
  void drain();
  /// Whether all connections have ended after `drain`, waiting at most so long.
  bool wait_until_drained(std::chrono::milliseconds at_most);

  /// Ends all connections. Answers that come later go nowhere, until this is destroyed.
  void stop();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace margay::serve
