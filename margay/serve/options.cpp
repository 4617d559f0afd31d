// What makes no sense is refused before anything listens.
#include "margay/serve/options.h"

#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/serve/access.h"

namespace margay::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kWhere = "serve";

template <class T>
void require_within(T value, T low, T high, std::string_view name) {
  require(value >= low && value <= high, kWhere,
          fmt::format("{} is {}, expected {} to {}", name, value, low, high));
}

}  // namespace

void Limits::validate() const {
  require_within<uint64_t>(header_bytes, 256, 1 << 20, "header_bytes");
  require_within<uint64_t>(body_bytes, 1, uint64_t{1} << 32, "body_bytes");
  require_within<uint64_t>(all_bodies_bytes, body_bytes, uint64_t{1} << 40, "all_bodies_bytes");
  require_within(chunks, 1, 1 << 24, "chunks");
  require_within(pictures, 1, 4096, "pictures");
  require_within(queued_pictures, 1, 1 << 20, "queued_pictures");
  require_within(connections, 1, 65536, "connections");
  require(request_time > 0ms && idle_time > 0ms, kWhere, "a time limit is not above 0");
}

void BatchSettings::validate() const {
  require_within(max_batch, 1, 1024, "max_batch");
  require(max_delay >= 0us && max_delay <= 10s, kWhere, "max_delay is not between 0 and 10 s");
}

void AccessRules::validate() const {
  require(is_loopback(host) || !token.empty() || allow_anyone, kWhere,
          fmt::format("whoever reaches {} could ask this server", host),
          "`token=SECRET` lets those ask who know it, `allow_anyone` all"_worded);
}

void ServerOptions::validate() const {
  access.validate();
  limits.validate();
  batching.validate();
  require_within(threads, 0, 1024, "threads");
}

}  // namespace margay::serve
