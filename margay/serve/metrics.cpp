// prometheus-cpp is included here alone.
#include "margay/serve/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace margay::serve {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                       0.25,  0.5,    1,     2.5,  5,     10,   30};
const prometheus::Histogram::BucketBoundaries kPictures{1, 2, 4, 8, 16, 32, 64, 128, 256};

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("margay_requests_total")
                                                          .Help("Requests that were answered")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& seconds =
      prometheus::BuildHistogram()
          .Name("margay_request_seconds")
          .Help("From the first byte of a request to the last one of its answer")
          .Register(registry);
  prometheus::Family<prometheus::Histogram>& batches =
      prometheus::BuildHistogram()
          .Name("margay_batch_pictures")
          .Help("Pictures that went through the network together")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& reloads = prometheus::BuildCounter()
                                                         .Name("margay_model_reloads_total")
                                                         .Help("Models that were loaded anew")
                                                         .Register(registry);
  prometheus::Gauge& queued = prometheus::BuildGauge()
                                  .Name("margay_queued_pictures")
                                  .Help("Pictures that are being decoded or wait for the network")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& connections = prometheus::BuildGauge()
                                       .Name("margay_connections")
                                       .Help("Connections that are open")
                                       .Register(registry)
                                       .Add({});
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(std::string_view route, int status, double seconds) {
  const std::string name(route);
  families_->requests.Add({{"route", name}, {"status", std::to_string(status)}}).Increment();
  families_->seconds.Add({{"route", name}}, kSeconds).Observe(seconds);
}

void Metrics::observe_batch(const std::string& model, int pictures) {
  families_->batches.Add({{"model", model}}, kPictures).Observe(pictures);
}

void Metrics::count_reload(const std::string& model, bool is_loaded) {
  families_->reloads.Add({{"model", model}, {"outcome", is_loaded ? "loaded" : "failed"}}).Increment();
}

void Metrics::set_connections(int open) {
  families_->connections.Set(open);
}

std::string Metrics::text(int queued_pictures) {
  families_->queued.Set(queued_pictures);
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace margay::serve
