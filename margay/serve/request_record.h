// What is remembered of a request that has been answered.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace margay::serve {

/// A line of the access log, and what the metrics count.
struct RequestRecord {
  std::chrono::system_clock::time_point begin = {};
  double seconds = 0;       ///< from its first byte to the last one of the answer
  std::string client = {};  ///< address and port
  std::string method = {};  ///< empty where no request could be read
  std::string path = {};    ///< as it was sent, without what stands behind '?', where secrets may be
  int status = 0;           ///< 0: the connection ended before an answer
  uint64_t bytes_in = 0;    ///< of the body
  uint64_t bytes_out = 0;
  std::string model = {};
  int pictures = 0;
};

/// One line of JSON without a line feed; printable whatever was sent.
std::string format_access_line(const RequestRecord& record);

}  // namespace margay::serve
