// The thread, the acceptor, and how both end.
#include "margay/serve/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"
#include "margay/core/option_text.h"
#include "margay/serve/http_session.h"

namespace margay::serve {
namespace {

namespace net = boost::asio;
using net::ip::tcp;
using SystemError = boost::system::error_code;

constexpr std::string_view kWhere = "serve";
/// Where there are no more descriptors, connections that end give some back.
constexpr std::chrono::milliseconds kAcceptAgain{100};

net::ip::address address_of(const std::string& host) {
  SystemError error;
  const std::string name = lower_case(host);
  const net::ip::address address = net::ip::make_address(name == "localhost" ? "127.0.0.1" : name, error);
  require(!error, kWhere, fmt::format("host is '{}', expected an address such as 127.0.0.1 or ::1", host));
  return address;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const std::string& host, uint16_t port, const Limits& limits)
      : shared{.limits = limits}, acceptor(context), again(context) {
    const tcp::endpoint endpoint(address_of(host), port);
    SystemError error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
    if (!error) acceptor.non_blocking(true, error);
    require<IoError>(!error, kWhere,
                     fmt::format("cannot listen on port {} of {}: {}", port, host, error.message()),
                     "another program may have it: choose another `port`"_worded);
    listening_port = acceptor.local_endpoint().port();
    shared.on_all_closed = [this] { tell_if_drained(); };
  }

  void accept() {
    acceptor.async_accept([this](SystemError error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!error) {
        begin(std::move(socket));
        return accept();
      }
      again.expires_after(kAcceptAgain);
      again.async_wait([this](SystemError stopped) {
        if (!stopped && acceptor.is_open()) accept();
      });
    });
  }

  void begin(tcp::socket socket) {
    const auto most = static_cast<size_t>(shared.limits.connections);
    // Refusals are connections, too.
    if (shared.open.size() >= 2 * most) return;
    const auto session = std::make_shared<HttpSession>(std::move(socket), shared);
    if (shared.open.size() < most)
      session->start();
    else
      session->start_refusing();
  }

  /// Who has been let into the queue of the system believes to be connected.
  void accept_waiting() {
    for (;;) {
      SystemError error;
      tcp::socket socket(context);
      acceptor.accept(socket, error);
      if (error) return;
      begin(std::move(socket));
    }
  }

  void drain() {
    if (shared.is_draining) return;
    shared.is_draining = true;
    accept_waiting();
    close_acceptor();
    for_all_sessions(&HttpSession::drain);
    tell_if_drained();
  }

  void close_acceptor() {
    SystemError ignored;
    again.cancel();
    acceptor.close(ignored);
  }

  void for_all_sessions(void (HttpSession::*what)()) {
    const std::vector<std::shared_ptr<HttpSession>> sessions(shared.open.begin(), shared.open.end());
    for (const auto& session : sessions) ((*session).*what)();
  }

  void tell_if_drained() {
    if (!shared.is_draining || !shared.open.empty()) return;
    const std::lock_guard lock(mutex);
    is_drained = true;
    drained.notify_all();
  }

  net::io_context context{1};
  SharedByConnections shared;
  tcp::acceptor acceptor;
  net::steady_timer again;
  uint16_t listening_port = 0;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable drained;
  bool is_drained = false;
};

HttpServer::HttpServer(const std::string& host, uint16_t port, const Limits& limits)
    : impl_(std::make_unique<Impl>(host, port, limits)) {}

HttpServer::~HttpServer() {
  stop();
}

uint16_t HttpServer::port() const {
  return impl_->listening_port;
}

void HttpServer::start(HttpHandler& handler) {
  impl_->shared.handler = &handler;
  impl_->accept();
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

void HttpServer::drain() {
  net::post(impl_->context, [impl = impl_.get()] { impl->drain(); });
}

bool HttpServer::wait_until_drained(std::chrono::milliseconds at_most) {
  std::unique_lock lock(impl_->mutex);
  return impl_->drained.wait_for(lock, at_most, [this] { return impl_->is_drained; });
}

void HttpServer::stop() {
  if (!impl_->thread.joinable()) return;
  net::post(impl_->context, [impl = impl_.get()] {
    impl->close_acceptor();
    impl->for_all_sessions(&HttpSession::close);
    impl->context.stop();
  });
  impl_->thread.join();
}

}  // namespace margay::serve
