// What the server does for each address.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "margay/core/worker_pool.h"
#include "margay/serve/http_handler.h"
#include "margay/serve/metrics.h"
#include "margay/serve/model_store.h"
#include "margay/serve/options.h"
#include "margay/serve/picture_gate.h"
#include "margay/serve/routes.h"

namespace margay::serve {

/// What the service works with, all of which outlives it and its answers.
struct ServiceParts {
  const AccessRules& access;
  const Limits& limits;
  ModelStore& models;
  PictureGate& gate;
  WorkerPool& pool;
  Metrics& metrics;
  /// Takes lines of the access log; called from one thread.
  std::function<void(std::string_view)> log;
};

/// Answers what is quick at once, and asks models on the threads of the pool.
class Service final : public HttpHandler {
 public:
  explicit Service(ServiceParts parts);

  void check(const HttpRequest& head) override;
  void handle(std::shared_ptr<HttpRequest> request, std::function<void(HttpResponse)> respond) override;
  void record(const RequestRecord& record) override;
  void count_connections(int open) override;

  /// From now on it says that it is not ready.
  void set_draining() { is_draining_ = true; }

 private:
  using Respond = std::function<void(HttpResponse)>;

  HttpResponse answer(const RoutedRequest& routed);
  HttpResponse answer_index() const;
  std::shared_ptr<ServedModel> find_model(std::string_view name, std::string_view version) const;
  std::shared_ptr<ServedModel> model_of_form(const std::string& name) const;
  std::shared_ptr<void> enter(size_t pictures) const;
  void predict(const std::shared_ptr<HttpRequest>& request, const Respond& respond) const;
  void infer(const RoutedRequest& routed, const std::shared_ptr<HttpRequest>& request,
             const Respond& respond) const;

  const ServiceParts parts_;
  std::atomic<bool> is_draining_{false};
};

}  // namespace margay::serve
