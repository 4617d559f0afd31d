// The exceptions of margay: every message says where, what was found against what was expected, and a hint.
#pragma once

#include <stdexcept>
#include <string_view>

#include "margay/core/api.h"

namespace margay {

/// The root of everything that margay throws on purpose. `what()` is "[where] problem Hint: hint", with the
/// names in it as `printable_message` makes them and `abbreviated`.
class MARGAY_API Error : public std::runtime_error {
 public:
  Error(std::string_view where, std::string_view problem, std::string_view hint = {});

  /// Exit status of a program that ends with this error; never 0.
  virtual int exit_code() const noexcept { return 1; }
  /// HTTP status of a response that reports this error.
  virtual int http_status() const noexcept { return 500; }
};

/// The caller asked for something that makes no sense: a wrong option, an unknown name.
class MARGAY_API UsageError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 2; }
  int http_status() const noexcept override { return 400; }
};

/// The data set as a whole cannot be used: no classes, no pictures, a missing split.
class MARGAY_API DataError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 3; }
  int http_status() const noexcept override { return 422; }
};

/// Bytes that do not follow their format: a broken picture, a truncated header, malformed JSON.
class MARGAY_API FormatError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 4; }
  int http_status() const noexcept override { return 415; }
};

/// A network or model that is inconsistent: shapes that do not fit, missing parameters.
class MARGAY_API ModelError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 5; }
  int http_status() const noexcept override { return 422; }
};

/// The system refused: no such file, no permission, disk full, connection failed.
class MARGAY_API IoError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 6; }
  int http_status() const noexcept override { return 500; }
};

/// The user asked to stop (Ctrl-C) and the work ended early in good order.
class MARGAY_API Interrupted : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 130; }
  int http_status() const noexcept override { return 503; }
};

}  // namespace margay
