// A real HTTP server on this machine's loopback that serves one file, and misbehaves when told to.
#pragma once

// Debian builds the library with it, and the layout of its types depends on it.
#ifndef CPPHTTPLIB_OPENSSL_SUPPORT
#define CPPHTTPLIB_OPENSSL_SUPPORT
#endif
#include <httplib.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace margay::test {

/// Requests to this machine must not go through a proxy that the environment names.
inline void bypass_proxies() {
  ::setenv("no_proxy", "127.0.0.1,localhost", 1);
}

/// Serves `content` at one path with its ETag, byte ranges and If-Range.
class LoopbackServer {
 public:
  explicit LoopbackServer(const std::string& path = "/file.zip") {
    bypass_proxies();
    server_.Get(path, [this](const httplib::Request& request, httplib::Response& response) {
      serve(request, response);
    });
    server_.Get("/moved.zip", [](const httplib::Request&, httplib::Response& response) {
      response.set_redirect("/file.zip");
    });
    server_.Get("/busy.zip", [this](const httplib::Request&, httplib::Response& response) {
      ++requests;
      response.status = 503;
      response.set_content("busy", "text/plain");
    });
    server_.Get("/drip.zip", [this](const httplib::Request&, httplib::Response& response) {
      ++requests;
      response.set_content_provider(1'000'000, "application/zip",
                                    [](size_t, size_t, httplib::DataSink& sink) {
                                      std::this_thread::sleep_for(std::chrono::milliseconds(100));
                                      return sink.write("xx", 2);
                                    });
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~LoopbackServer() {
    server_.stop();
    thread_.join();
  }

  std::string url(const std::string& path = "/file.zip") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int port() const { return port_; }

  void set_file(std::string content, std::string etag) {
    const std::lock_guard lock(mutex_);
    content_ = std::move(content);
    etag_ = std::move(etag);
  }
  /// The Range headers of all requests for the file so far; "" for none.
  std::vector<std::string> ranges() const {
    const std::lock_guard lock(mutex_);
    return ranges_;
  }

  std::atomic<int> cuts{0};              ///< so many answers end after half of what they promised
  std::atomic<bool> wrong_range{false};  ///< answers a range with another one
  std::atomic<int> requests{0};

 private:
  void serve(const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    ++requests;
    ranges_.push_back(request.get_header_value("Range"));
    if (!etag_.empty()) response.set_header("ETag", etag_);
    // The library answers ranges but knows no If-Range.
    const std::string condition = request.get_header_value("If-Range");
    auto& wanted = const_cast<httplib::Request&>(request).ranges;
    if (!condition.empty() && condition != etag_) wanted.clear();
    if (wrong_range && !wanted.empty()) wanted[0].first -= 1;
    if (content_.empty()) return response.set_content("", "application/zip");
    const bool cut = cuts > 0;
    if (cut) --cuts;
    response.set_content_provider(
        content_.size(), "application/zip",
        [content = content_, cut](size_t offset, size_t length, httplib::DataSink& sink) {
          sink.write(content.data() + offset, cut ? length / 2 : length);
          return !cut;
        });
  }

  httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::string content_;
  std::string etag_;
  std::vector<std::string> ranges_;
};

}  // namespace margay::test
