// A server of models: the one header of this room that a program needs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "margay/serve/model_store.h"
#include "margay/serve/options.h"

namespace margay::serve {

/// What a server says about its work.
struct ServerObserver {
  /// Lines of the access log, JSON; from one thread.
  std::function<void(std::string_view line)> log = {};
  /// A model was loaded anew, or could not be; from one thread.
  std::function<void(const Reload& reload)> reloaded = {};
};

/// Serves from its beginning to its end, on threads of its own. Functions may be called from any thread.
class Server {
 public:
  /// Loads the models and listens. Throws UsageError, IoError, and what model::load_model throws.
  Server(const std::vector<ModelSource>& models, const ServerOptions& options, ServerObserver observer = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Ends connections at once; drain before.
  ~Server();

  /// The port that it listens on.
  uint16_t port() const;
  std::vector<std::string> model_names() const;

  /// Loads all models anew, some time soon; requests go on with the old ones until then.
  void reload();

  /// Takes no more connections, and ends those that are open after their answers. Returns at once.
  void drain();
  /// Whether all have ended after `drain`, waiting at most so long. Each ends within the time of a request.
  bool wait_until_drained(std::chrono::milliseconds at_most);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace margay::serve
