// What the encoded bytes of pictures may take together, whatever an archive of two megabytes unpacks to.
#pragma once

#include <cstdint>

namespace margay::data {

/// A part of 256 MiB, for as long as it lives: whoever wants more than is left waits for the others. One that
/// is larger than all of it goes alone. No thread may want a second one while it has one.
class MemoryShare {
 public:
  explicit MemoryShare(uint64_t bytes);
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;
  ~MemoryShare();

 private:
  const uint64_t bytes_;
};

}  // namespace margay::data
