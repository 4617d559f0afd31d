// margay serve: answers over HTTP what pictures show.
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "apps/margay/access_log.h"
#include "apps/margay/command.h"
#include "apps/margay/memory_limit.h"
#include "apps/margay/number_options.h"
#include "apps/margay/output.h"
#include "apps/margay/picture_limit.h"
#include "apps/margay/run_argument.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "margay/serve/server.h"

namespace margay::app {
namespace {

struct ServeOptions {
  std::vector<std::string> models;
  std::string access_log;
  double max_delay_ms = 2;
  double timeout_s = 30;
  serve::ServerOptions server;
};

/// Signals that are waited for; threads that are made later leave them alone, too.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  int wait() const {
    int signal = -1;
    while (signal < 0) signal = sigwaitinfo(&set_, nullptr);
    return signal;
  }

  /// Whether one has come that ends the program.
  bool is_end_wanted() const {
    const timespec now{};
    const int signal = sigtimedwait(&set_, nullptr, &now);
    return signal == SIGINT || signal == SIGTERM;
  }

 private:
  sigset_t set_{}, before_{};
};

std::string address_text(const std::string& host, uint16_t port) {
  const bool is_v6 = host.find(':') != host.npos && host.front() != '[';
  return fmt::format("http://{}:{}", is_v6 ? '[' + host + ']' : host, port);
}

std::vector<serve::ModelSource> read_sources(const std::vector<std::string>& models) {
  std::vector<serve::ModelSource> sources;
  for (const std::string& text : models) {
    sources.push_back(serve::read_model_source(text));
    refuse_other_than_run(sources.back().path.string(), "serve",
                          [](const std::string& run) { return "margay serve " + run; });
  }
  return sources;
}

void say_reload(const serve::Reload& reload) {
  if (reload.error.empty())
    print_err("margay: {} was loaded anew\n", reload.model);
  else
    print_err("margay: {} was not loaded anew, the old one goes on: {}\n", reload.model, reload.error);
}

/// Loads anew for SIGHUP, and returns for the signals that end.
void serve_until_told(serve::Server& server, AccessLog& log, const HeldSignals& signals) {
  while (signals.wait() == SIGHUP) {
    server.reload();
    try {
      log.reopen();
    } catch (const IoError& error) {
      print_err("margay: {}\n", error.what());
    }
  }
}

/// Ends when every request that has come is answered, or at once when somebody asks again. Returns the exit
/// status.
int drain(serve::Server& server, const HeldSignals& signals) {
  constexpr std::chrono::milliseconds kInterval{50};
  server.drain();
  while (!server.wait_until_drained(kInterval))
    if (signals.is_end_wanted()) return Interrupted("serve", "").exit_code();
  return 0;
}

int serve_models(ServeOptions& options) {
  const auto sources = read_sources(options.models);
  options.server.batching.max_delay =
      std::chrono::microseconds(static_cast<int64_t>(options.max_delay_ms * 1000));
  options.server.limits.request_time =
      std::chrono::milliseconds(static_cast<int64_t>(options.timeout_s * 1000));
  options.server.limits.pixels = image::default_max_pixels();
  constexpr uint64_t kLargeBodies = 4;  // together, at least
  options.server.limits.all_bodies_bytes =
      std::max(options.server.limits.all_bodies_bytes, kLargeBodies * options.server.limits.body_bytes);
  const HeldSignals signals;
  AccessLog log(options.access_log);
  serve::Server server(sources, options.server,
                       {.log = [&log](std::string_view line) { log.write(line); }, .reloaded = say_reload});
  const std::string address = address_text(options.server.access.host, server.port());
  print_out("Serving {} on {}\nTry: curl -F image=@photo.jpg {}/predict{}\n",
            fmt::join(server.model_names(), ", "), address, address,
            server.model_names().size() == 1 ? "" : "?model=" + server.model_names().front());
  flush_out();
  serve_until_told(server, log, signals);
  return drain(server, signals);
}

void add_access_options(CLI::App& command, serve::ServerOptions& server) {
  command
      .add_option("--host", server.access.host,
                  "address to listen on; others than this machine's need a token")
      ->capture_default_str();
  command.add_option("--port", server.port, "port to listen on; 0 takes a free one")
      ->check(whole_number("--port", 0, 65535))
      ->capture_default_str();
  command
      .add_option(
          "--token", server.access.token,
          "requests have to carry it: Authorization: Bearer TOKEN; or set MARGAY_TOKEN, which others on this "
          "machine do not see")
      ->envname("MARGAY_TOKEN");
  command.add_flag("--allow-anyone", server.access.allow_anyone,
                   "on an address that others reach, ask for no token");
}

void add_batching_options(CLI::App& command, ServeOptions& options) {
  command
      .add_option("--max-batch", options.server.batching.max_batch,
                  "pictures that go through the network together")
      ->check(whole_number("--max-batch", 1, 1024))
      ->capture_default_str();
  command
      .add_option("--max-delay", options.max_delay_ms, "milliseconds for which a picture waits for others")
      ->check(real_number("--max-delay", 0, 10'000))
      ->capture_default_str();
  command
      .add_option("--threads", options.server.threads,
                  "threads that decode, and that compute; 0 takes all processors")
      ->check(whole_number("--threads", 0, 1024))
      ->capture_default_str();
}

void add_limits(CLI::App& command, ServeOptions& options) {
  serve::Limits& limits = options.server.limits;
  command
      .add_option("--max-queue", limits.queued_pictures,
                  "pictures that may wait; what comes then gets 503 and is to ask again")
      ->check(whole_number("--max-queue", 1, 1'000'000))
      ->capture_default_str();
  command.add_option("--max-pictures", limits.pictures, "pictures of one request")
      ->check(whole_number("--max-pictures", 1, 4096))
      ->capture_default_str();
  command.add_option("--max-body", limits.body_bytes, "bytes of one request (default 64MiB)")
      ->transform(size_in_bytes("--max-body"))
      ->type_name("SIZE");
  command.add_option("--max-connections", limits.connections, "connections at the same time")
      ->check(whole_number("--max-connections", 1, 65'536))
      ->capture_default_str();
  command
      .add_option("--timeout", options.timeout_s,
                  "seconds from the first byte of a request to the last one of its answer")
      ->check(real_number("--timeout", 0.001, 86'400))
      ->capture_default_str();
}

}  // namespace

void add_serve(CLI::App& command, Outcome& outcome) {
  auto options = std::make_shared<ServeOptions>();
  command
      .add_option("MODEL", options->models,
                  "run directories or model files, whose names are those of the models, or NAME=PATH")
      ->required();
  add_access_options(command, options->server);
  add_batching_options(command, *options);
  add_limits(command, *options);
  add_memory_limit(command, options->server.max_model_bytes);
  add_picture_limit(command);
  command.add_option("--access-log", options->access_log,
                     "a file for a line of JSON about each request; standard error without it");
  command.footer(
      "Examples:\n  margay serve runs/article\n  curl -F image=@cat.jpg localhost:8080/predict\n"
      "  margay serve pets=runs/article flowers=runs/transfer --port 9000\n"
      "  MARGAY_TOKEN=SECRET margay serve runs/article --host 0.0.0.0\n"
      "Speaks the Open Inference Protocol below /v2, too; /openapi.json lists all addresses, /metrics has "
      "numbers for\n"
      "Prometheus. Models are loaded anew when their files change, and for SIGHUP, which also begins the "
      "access log "
      "anew.\nSIGTERM and Ctrl-C let requests end; a second one does not wait.");
  command.callback([options, &outcome] { outcome.exit_code = serve_models(*options); });
}

}  // namespace margay::app
