// How many pictures may be inside at the same time.
#pragma once

#include <atomic>
#include <memory>

namespace margay::serve {

/// Lets in as many as there is room for. Thread-safe.
class PictureGate {
 public:
  explicit PictureGate(int most) : most_(most) {}

  /// A place for `count` pictures for as long as it lives; null where there is no room for all of them. It
  /// must not outlive the gate.
  std::shared_ptr<void> try_enter(int count) {
    int inside = inside_.load();
    do {
      if (inside + count > most_) return nullptr;
    } while (!inside_.compare_exchange_weak(inside, inside + count));
    return {this, [count](PictureGate* gate) { gate->inside_ -= count; }};
  }

  int inside() const { return inside_; }

 private:
  const int most_;
  std::atomic<int> inside_{0};
};

}  // namespace margay::serve
