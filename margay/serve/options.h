// How a server serves: where it listens, who may ask, what a request may cost and how long it may take.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace margay::serve {

/// What one request, one connection and all of them together may take. What goes beyond gets an error.
struct Limits {
  uint32_t header_bytes = 8 * 1024;               ///< of a request's line and fields (431)
  uint64_t body_bytes = uint64_t{64} << 20;       ///< of one request (413)
  uint64_t all_bodies_bytes = uint64_t{1} << 30;  ///< of all requests that are being read or answered (503)
  int chunks = 65536;                             ///< that a body may come in (413)
  int pictures = 64;                              ///< of one request (413)
  uint64_t pixels = 250'000'000;  ///< of one picture (413); what decodes has its own limit, too
  int queued_pictures = 256;      ///< that are being decoded or wait for the network (503)
  int connections = 256;          ///< open at the same time (503)
  /// From the first byte of a request to the last one of its answer; bytes that drip do not extend it (408
  /// while it is read, 504 while it is answered).
  std::chrono::milliseconds request_time{30'000};
  /// For which a connection may stay open without a request.
  std::chrono::milliseconds idle_time{60'000};
  /// Throws UsageError.
  void validate() const;
};

/// How pictures of several requests go through the network together.
struct BatchSettings {
  int max_batch = 16;                         ///< pictures, 1 to 1024
  std::chrono::microseconds max_delay{2000};  ///< for which a picture waits for others, up to 10 s
  /// Throws UsageError.
  void validate() const;
};

/// Where it listens, and who may ask.
struct AccessRules {
  std::string host = "127.0.0.1";  ///< an address, or "localhost"
  std::string token = {};          ///< unless empty, requests have to carry it: "Authorization: Bearer TOKEN"
  bool allow_anyone = false;       ///< without a token, on an address that others reach
  /// Throws UsageError for an address that others reach, where neither a token nor `allow_anyone` is given.
  void validate() const;
};

/// All of it.
struct ServerOptions {
  AccessRules access = {};
  uint16_t port = 8080;  ///< 0: one that is free
  Limits limits = {};
  BatchSettings batching = {};
  int threads = 0;  ///< that decode, and that compute; 0: as many as this process may use
  uint64_t max_model_bytes = uint64_t{2} << 30;  ///< see runtime::RuntimeOptions::max_bytes
  /// How often model files are looked at; 0: only when asked to reload.
  std::chrono::milliseconds watch_interval{1000};
  /// Throws UsageError.
  void validate() const;
};

}  // namespace margay::serve
