// A connection: reads requests one after the other, each within its limits and its time, and writes the
// answers. Included by the two files that know Boost.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "margay/serve/http_handler.h"
#include "margay/serve/options.h"

namespace margay::serve {

class HttpSession;

/// What all connections have in common; of the one thread that serves them.
struct SharedByConnections {
  Limits limits;
  HttpHandler* handler = nullptr;
  bool is_draining = false;
  std::set<std::shared_ptr<HttpSession>> open = {};  ///< until they are closed
  std::function<void()> on_all_closed = {};
  /// Bytes of bodies, which go when the last user of a request does, on whatever thread.
  std::shared_ptr<std::atomic<uint64_t>> body_bytes = std::make_shared<std::atomic<uint64_t>>(0);
};

/// Owns its socket, its buffer and its deadline. All functions belong to the one thread.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Error = boost::beast::error_code;

  HttpSession(Socket socket, SharedByConnections& shared);

  void start();
  /// In place of `start`, where there are too many: one answer without a request.
  void start_refusing();
  /// Ends it as soon as no request is lost by that.
  void drain();
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  enum class State { idle, reading, answering, writing, lingering, closed };

  void wait_for_request();
  void begin_request();
  void read_head();
  void parse_head();
  void on_head();
  void take_head();
  void require_framing() const;
  bool is_continue_awaited() const;
  void send_continue();
  void read_body();
  void on_body(Error error);
  void handle();
  /// What cannot be read further: an answer that says why, after which the connection ends.
  void on_read_error(Error error);
  void refuse(HttpResponse response);
  void respond(HttpResponse response);
  void on_written(Error error, size_t bytes);
  /// Lets the other side read the answer: closing with unread bytes would take it away.
  void linger();
  void discard();
  void end_by(std::chrono::milliseconds from_now);
  void on_deadline();
  void enter();
  bool may_keep_alive() const;
  void finish_request(int status);

  Socket socket_;
  SharedByConnections& shared_;
  boost::asio::steady_timer timer_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::function<void(uint64_t, boost::beast::string_view, Error&)> on_chunk_;
  std::array<uint8_t, 32 * 1024> piece_;
  boost::beast::http::response<boost::beast::http::string_body> response_;

  State state_ = State::idle;
  std::string client_;
  std::shared_ptr<HttpRequest> request_;
  RequestRecord record_;
  Clock::time_point begin_;
  uint64_t requests_ = 0;  ///< that began; also tells a late answer from the one that is awaited
  int chunks_ = 0;
  bool keeps_alive_ = false;
  bool is_late_ = false;
};

}  // namespace margay::serve
