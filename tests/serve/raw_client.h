// A client that sends exactly the bytes that it is told to, over a loopback socket.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "margay/core/lower_case.h"

namespace margay::test {

struct RawResponse {
  int status = 0;  ///< 0: the connection ended before one
  std::map<std::string, std::string> fields = {};
  std::string body = {};
};

/// What hangs ends after ten seconds.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
      throw std::runtime_error("cannot connect");
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { ::close(socket_); }

  /// False when the other side takes no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  /// The next answer; that to a HEAD has no body.
  RawResponse read_response(bool is_head = false) {
    RawResponse response;
    const size_t end = read_until("\r\n\r\n");
    if (end == std::string::npos) return response;
    parse_head(received_.substr(0, end), response);
    received_.erase(0, end + 4);
    const size_t length = response.fields.contains("content-length") && !is_head
                              ? std::stoul(response.fields["content-length"])
                              : 0;
    while (received_.size() < length && receive()) {
    }
    response.body = received_.substr(0, length);
    received_.erase(0, length);
    return response;
  }

  /// Whether the other side has ended the connection, or does so soon.
  bool is_ended() {
    while (receive()) {
    }
    return is_closed_;
  }

 private:
  static void parse_head(const std::string& head, RawResponse& response) {
    response.status = std::stoi(head.substr(head.find(' ') + 1));
    for (size_t line = head.find("\r\n"); line != head.npos; line = head.find("\r\n", line + 2)) {
      const size_t colon = head.find(": ", line);
      if (colon == head.npos) break;
      response.fields[lower_case(head.substr(line + 2, colon - line - 2))] =
          head.substr(colon + 2, head.find("\r\n", line + 2) - colon - 2);
    }
  }

  size_t read_until(std::string_view text) {
    for (;;) {
      const size_t found = received_.find(text);
      if (found != received_.npos || !receive()) return found;
    }
  }

  bool receive() {
    pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 10'000) <= 0) return false;
    char bytes[16384];
    const ssize_t count = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (count <= 0) is_closed_ = true;
    if (count > 0) received_.append(bytes, static_cast<size_t>(count));
    return count > 0;
  }

  int socket_;
  std::string received_;
  bool is_closed_ = false;
};

/// One request, one answer.
inline RawResponse ask(uint16_t port, std::string_view request) {
  RawClient client(port);
  client.send(request);
  return client.read_response();
}

/// A request with a body and what else its head is to have, each line with its end.
inline std::string post_text(std::string_view path, std::string_view body, std::string_view fields = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string get_text(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n";
}

}  // namespace margay::test
