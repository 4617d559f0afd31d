// Puts the parts together; their order is that in which they may end.
#include "margay/serve/server.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "margay/core/cpu.h"
#include "margay/runtime/runtime.h"
#include "margay/serve/http_server.h"
#include "margay/serve/metrics.h"
#include "margay/serve/picture_gate.h"
#include "margay/serve/service.h"

namespace margay::serve {
namespace {

ServerOptions validated(const ServerOptions& options) {
  options.validate();
  return options;
}

}  // namespace

struct Server::Impl {
  Impl(const std::vector<ModelSource>& sources, const ServerOptions& given, ServerObserver told)
      : options(validated(given)),
        observer(std::move(told)),
        http(options.access.host, options.port, options.limits),
        gate(options.limits.queued_pictures),
        models(sources, [this](const ModelSource& source) { return load(source); }),
        service({options.access, options.limits, models, gate, pool, metrics, observer.log}),
        pool(options.threads > 0 ? options.threads : usable_cpus()) {
    http.start(service);
    watch = std::thread([this] { watch_models(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      is_ending = true;
    }
    changed.notify_all();
    watch.join();
    http.stop();  // after which nobody asks the service; answers that still come are dropped
  }

  std::shared_ptr<ServedModel> load(const ModelSource& source) {
    auto predictor = runtime::load_predictor(
        source.path, {.threads = options.threads, .max_bytes = options.max_model_bytes});
    // The first picture would wait for what is prepared now.
    const image::Preprocess& spec = predictor.preprocess();
    (void)predictor.predict_values(std::vector<float>(static_cast<size_t>(spec.width) * spec.height * 3), 1);
    return std::make_shared<ServedModel>(
        source.name, std::move(predictor), options.batching,
        [this, name = source.name](int pictures) { metrics.observe_batch(name, pictures); });
  }

  /// Looks at the files of the models now and then, or loads them because somebody asked for it.
  void watch_models() {
    const bool looks = options.watch_interval.count() > 0;
    const auto has_reason = [this] { return is_ending || is_reload_wanted; };
    std::unique_lock lock(mutex);
    while (!is_ending) {
      if (looks)
        changed.wait_for(lock, options.watch_interval, has_reason);
      else
        changed.wait(lock, has_reason);
      if (is_ending) return;
      const bool all = std::exchange(is_reload_wanted, false);
      lock.unlock();
      tell(all ? models.reload_all() : models.reload_changed());
      lock.lock();
    }
  }

  void tell(const std::vector<Reload>& reloads) {
    for (const Reload& reload : reloads) {
      metrics.count_reload(reload.model, reload.error.empty());
      if (observer.reloaded) observer.reloaded(reload);
    }
  }

  const ServerOptions options;
  const ServerObserver observer;
  Metrics metrics;
  HttpServer http;    // answers are handed to it until the models are gone
  PictureGate gate;   // pictures leave it as late
  ModelStore models;  // waits for the last picture
  Service service;
  WorkerPool pool;  // finishes what was submitted, by the service
  std::mutex mutex;
  std::condition_variable changed;
  bool is_ending = false, is_reload_wanted = false;
  std::thread watch;
};

Server::Server(const std::vector<ModelSource>& models, const ServerOptions& options, ServerObserver observer)
    : impl_(std::make_unique<Impl>(models, options, std::move(observer))) {}

Server::~Server() = default;

uint16_t Server::port() const {
  return impl_->http.port();
}

std::vector<std::string> Server::model_names() const {
  return impl_->models.names();
}

void Server::reload() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_reload_wanted = true;
  }
  impl_->changed.notify_all();
}

void Server::drain() {
  impl_->service.set_draining();
  impl_->http.drain();
}

bool Server::wait_until_drained(std::chrono::milliseconds at_most) {
  return impl_->http.wait_until_drained(at_most);
}

}  // namespace margay::serve
