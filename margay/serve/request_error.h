// What is answered with an error: who asked is told why, by a status of HTTP.
#pragma once

#include <string>
#include <string_view>

#include "margay/core/errors.h"

namespace margay::serve {

/// A request that is not done. `what()` is as with all errors of margay; the answer has the reason alone.
class RequestError : public Error {
 public:
  /// `status` from 400 to 599.
  RequestError(int status, std::string_view where, std::string_view problem, std::string_view hint = {})
      : Error(where, problem, hint), status_(status) {}
  int http_status() const noexcept override { return status_; }

 private:
  int status_;
};

/// 405: the address is there, and takes another method.
class MethodError : public RequestError {
 public:
  /// `allowed` as in the field Allow, a literal.
  explicit MethodError(const char* allowed)
      : RequestError(405, "serve.routes", std::string("this address takes ") + allowed), allowed_(allowed) {}
  const char* allowed() const { return allowed_; }

 private:
  const char* allowed_;
};

}  // namespace margay::serve
