// Boost.Beast parses and writes; what may be long, late or ambiguous is decided here.
#include "margay/serve/http_session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "margay/core/lower_case.h"
#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

namespace http = boost::beast::http;
namespace net = boost::asio;
using namespace std::chrono_literals;

constexpr std::string_view kWhere = "serve.http";
/// What is read at once beyond a head: body, and requests that were sent before the answer.
constexpr size_t kReadAhead = 64 * 1024;
/// An error is told even where the time of a request is over.
constexpr auto kGrace = 2s;
/// Who has connected may be about to ask.
constexpr auto kFirstRequestWhileDraining = 250ms;

std::string text_of(boost::beast::string_view view) {
  return {view.data(), view.size()};
}

std::shared_ptr<HttpRequest> new_request(std::shared_ptr<std::atomic<uint64_t>> body_bytes) {
  return {new HttpRequest, [body_bytes = std::move(body_bytes)](HttpRequest* request) {
            *body_bytes -= request->body.size();
            delete request;
          }};
}

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

std::string endpoint_text(const HttpSession::Socket& socket) {
  HttpSession::Error error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(endpoint.port());
}

}  // namespace

HttpSession::HttpSession(Socket socket, SharedByConnections& shared)
    : socket_(std::move(socket)),
      shared_(shared),
      timer_(socket_.get_executor()),
      buffer_(shared.limits.header_bytes + kReadAhead),
      client_(endpoint_text(socket_)) {
  on_chunk_ = [this](uint64_t, boost::beast::string_view, Error& error) {
    if (++chunks_ > shared_.limits.chunks) error = http::error::body_limit;
  };
}

void HttpSession::enter() {
  shared_.open.insert(shared_from_this());
  shared_.handler->count_connections(static_cast<int>(shared_.open.size()));
}

void HttpSession::start() {
  enter();
  Error ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  wait_for_request();
}

void HttpSession::start_refusing() {
  enter();
  begin_ = Clock::now();
  record_ = {.begin = std::chrono::system_clock::now(), .client = client_};
  end_by(kGrace);
  refuse(error_response(503, "there are too many connections"));
}

void HttpSession::drain() {
  Error error;
  // A request that has come but was not looked at yet is no reason to end it.
  const bool is_quiet = state_ == State::idle && buffer_.size() == 0 && socket_.available(error) == 0;
  if (!is_quiet) return;
  if (requests_ == 0)
    end_by(kFirstRequestWhileDraining);
  else
    close();
}

void HttpSession::close() {
  if (state_ == State::closed) return;
  const auto self = shared_from_this();
  if (state_ == State::reading || state_ == State::answering || state_ == State::writing) finish_request(0);
  state_ = State::closed;
  request_.reset();
  Error ignored;
  timer_.cancel();
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  shared_.open.erase(self);
  shared_.handler->count_connections(static_cast<int>(shared_.open.size()));
  if (shared_.open.empty() && shared_.on_all_closed) shared_.on_all_closed();
}

void HttpSession::wait_for_request() {
  state_ = State::idle;
  parser_.emplace();
  parser_->header_limit(2 * shared_.limits.header_bytes);
  parser_->body_limit(shared_.limits.body_bytes);
  parser_->on_chunk_header(on_chunk_);
  if (buffer_.size() > 0) return begin_request();
  end_by(shared_.is_draining ? kFirstRequestWhileDraining : shared_.limits.idle_time);
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](Error error) {
    if (self->state_ != State::idle) return;
    if (error)
      self->close();
    else
      self->begin_request();
  });
}

void HttpSession::begin_request() {
  state_ = State::reading;
  ++requests_;
  chunks_ = 0;
  is_late_ = false;
  begin_ = Clock::now();
  record_ = {.begin = std::chrono::system_clock::now(), .client = client_};
  request_ = new_request(shared_.body_bytes);
  request_->client = client_;
  end_by(shared_.limits.request_time);
  read_head();
}

/// The parser has no limit to all fields together, so that it gets the head when all of it is there.
void HttpSession::read_head() {
  static constexpr std::string_view kEnd = "\r\n\r\n";
  const std::string_view read(static_cast<const char*>(buffer_.data().data()), buffer_.size());
  const size_t most = shared_.limits.header_bytes, end = read.substr(0, most).find(kEnd);
  if (!read.empty() && !is_letter(read.front()))
    return refuse(error_response(400, "the request is not HTTP"));
  if (end != read.npos) return parse_head();
  if (read.size() >= most) return on_read_error(http::error::header_limit);
  socket_.async_read_some(buffer_.prepare(kReadAhead / 4),
                          [self = shared_from_this()](Error error, size_t count) {
                            if (self->state_ != State::reading) return;
                            if (self->is_late_ || error) return self->on_read_error(error);
                            self->buffer_.commit(count);
                            self->read_head();
                          });
}

void HttpSession::parse_head() {
  Error error;
  buffer_.consume(parser_->put(buffer_.data(), error));
  if (error) return on_read_error(error == http::error::need_more ? http::error::bad_value : error);
  on_head();
}

void HttpSession::on_head() {
  try {
    take_head();
    require_framing();
  } catch (const std::exception& refused) {
    return refuse(error_response(refused));
  }
  try {
    shared_.handler->check(*request_);
  } catch (const std::exception& refused) {
    keeps_alive_ = may_keep_alive() && parser_->is_done();  // else there is a body that nobody reads
    return respond(error_response(refused));
  }
  if (is_continue_awaited())
    send_continue();
  else
    read_body();
}

void HttpSession::take_head() {
  const auto& head = parser_->get();
  request_->method = record_.method = text_of(head.method_string());
  const std::string target = text_of(head.target());
  record_.path = target.substr(0, target.find('?'));
  for (const auto& field : head)
    request_->fields.emplace_back(lower_case(text_of(field.name_string())), text_of(field.value()));
  read_target(target, *request_);
}

/// Whatever two programs could read as bodies of different lengths is refused (RFC 9112, section 6.3).
void HttpSession::require_framing() const {
  const std::string* encoding = request_->field("transfer-encoding");
  const bool is_old = parser_->get().version() < 11;
  const auto refuse_as = [](std::string_view problem, int status = 400) {
    throw RequestError(status, kWhere, problem);
  };
  if (encoding != nullptr && is_old) refuse_as("HTTP/1.0 has no Transfer-Encoding");
  if (encoding != nullptr && lower_case(*encoding) != "chunked")
    refuse_as("of Transfer-Encoding, chunked alone is known", 501);
  if (encoding != nullptr && request_->field("content-length") != nullptr)
    refuse_as("a request has either Content-Length or Transfer-Encoding");
  if (request_->count_fields("content-length") > 1 || request_->count_fields("transfer-encoding") > 1)
    refuse_as("the length of the body is said twice");
  const std::string* length = request_->field("content-length");
  if (length != nullptr && !is_number(*length)) refuse_as("Content-Length is no number");
  const size_t hosts = request_->count_fields("host");
  if (hosts > 1 || (hosts == 0 && !is_old)) refuse_as("a request has one field Host");
}

bool HttpSession::is_continue_awaited() const {
  const std::string* expect = request_->field("expect");
  return expect != nullptr && lower_case(*expect) == "100-continue" && parser_->get().version() >= 11 &&
         !parser_->is_done() && buffer_.size() == 0;
}

void HttpSession::send_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  net::async_write(socket_, net::buffer(kContinue.data(), kContinue.size()),
                   [self = shared_from_this()](Error error, size_t) {
                     if (self->state_ != State::reading) return;
                     if (self->is_late_ || error) return self->on_read_error(error);
                     self->read_body();
                   });
}

void HttpSession::read_body() {
  if (parser_->is_done()) return handle();
  auto& body = parser_->get().body();
  body.data = piece_.data();
  body.size = piece_.size();
  http::async_read_some(socket_, buffer_, *parser_,
                        [self = shared_from_this()](Error error, size_t) { self->on_body(error); });
}

void HttpSession::on_body(Error error) {
  if (state_ != State::reading) return;
  if (error == http::error::need_buffer) error = {};
  if (is_late_ || error) return on_read_error(error);
  const size_t count = piece_.size() - parser_->get().body().size;
  if (*shared_.body_bytes + count > shared_.limits.all_bodies_bytes)
    return refuse(error_response(503, "there are too many large requests"));
  try {
    request_->body.insert(request_->body.end(), piece_.begin(),
                          piece_.begin() + static_cast<ptrdiff_t>(count));
  } catch (const std::bad_alloc& refused) {
    return refuse(error_response(refused));
  }
  *shared_.body_bytes += count;
  read_body();
}

void HttpSession::handle() {
  state_ = State::answering;
  const auto respond_later = [weak = weak_from_this(), executor = socket_.get_executor(),
                              number = requests_](HttpResponse response) {
    net::post(executor, [weak, number, response = std::move(response)]() mutable {
      const std::shared_ptr<HttpSession> self = weak.lock();
      if (self == nullptr || self->state_ != State::answering || self->requests_ != number) return;
      self->keeps_alive_ = self->may_keep_alive();
      self->respond(std::move(response));
    });
  };
  shared_.handler->handle(request_, respond_later);
}

void HttpSession::on_read_error(Error error) {
  if (is_late_) return refuse(error_response(408, "the request did not come in time"));
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return refuse(error_response(431, "the head of the request is too long"));
  if (error == net::error::eof) error = http::error::end_of_stream;
  if (error == http::error::body_limit) {
    record_.method = text_of(parser_->get().method_string());
    return refuse(error_response(413, "the body of the request is too large"));
  }
  const bool is_malformed = error.category() == http::make_error_code(http::error::bad_value).category() &&
                            error != http::error::end_of_stream && error != http::error::partial_message;
  if (is_malformed) return refuse(error_response(400, "the request is not HTTP: " + error.message()));
  if (record_.method.empty() && buffer_.size() == 0) state_ = State::idle;  // nobody has asked anything
  close();
}

void HttpSession::refuse(HttpResponse response) {
  keeps_alive_ = false;
  respond(std::move(response));
}

void HttpSession::respond(HttpResponse answer) {
  state_ = State::writing;
  record_.status = answer.status;
  record_.model = std::move(answer.model);
  record_.pictures = answer.pictures;
  response_ = {};
  response_.version(parser_ && parser_->is_header_done() ? parser_->get().version() : 11);
  response_.result(static_cast<unsigned>(answer.status));
  response_.set(http::field::content_type, answer.content_type);
  response_.set("X-Content-Type-Options", "nosniff");
  response_.set(http::field::cache_control, "no-store");
  for (const auto& [name, value] : answer.fields) response_.set(name, value);
  response_.keep_alive(keeps_alive_);
  response_.content_length(answer.body.size());
  if (record_.method != "HEAD") response_.body() = std::move(answer.body);
  http::async_write(socket_, response_, [self = shared_from_this()](Error error, size_t bytes) {
    self->on_written(error, bytes);
  });
}

void HttpSession::on_written(Error error, size_t bytes) {
  if (state_ != State::writing) return;
  record_.bytes_out = bytes;
  if (error) return close();
  finish_request(record_.status);
  request_.reset();
  if (keeps_alive_)
    wait_for_request();
  else
    linger();
}

void HttpSession::linger() {
  state_ = State::lingering;
  Error ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  end_by(kGrace);
  discard();
}

void HttpSession::discard() {
  socket_.async_read_some(net::buffer(piece_), [self = shared_from_this()](Error error, size_t) {
    if (self->state_ != State::lingering) return;
    if (error)
      self->close();
    else
      self->discard();
  });
}

void HttpSession::end_by(std::chrono::milliseconds from_now) {
  timer_.expires_after(from_now);
  timer_.async_wait([weak = weak_from_this()](Error error) {
    const std::shared_ptr<HttpSession> self = weak.lock();
    // One that was set anew meanwhile is not over.
    if (error || self == nullptr || self->timer_.expiry() > Clock::now()) return;
    self->on_deadline();
  });
}

void HttpSession::on_deadline() {
  if (state_ == State::reading) {
    is_late_ = true;
    end_by(kGrace);
    Error ignored;
    socket_.cancel(ignored);  // what reads ends with an error, and answers
  } else if (state_ == State::answering) {
    *request_->is_abandoned = true;
    end_by(kGrace);
    refuse(error_response(504, "the answer did not come in time"));
  } else {
    close();
  }
}

void HttpSession::finish_request(int status) {
  if (request_ != nullptr) {
    record_.bytes_in = request_->body.size();
    *request_->is_abandoned = true;
  }
  record_.status = status;
  record_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  shared_.handler->record(record_);
}

bool HttpSession::may_keep_alive() const {
  return parser_->get().keep_alive() && !shared_.is_draining;
}

}  // namespace margay::serve
