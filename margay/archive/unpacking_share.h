// What all threads together may be unpacking at one time.
#pragma once

#include <cstdint>

namespace margay::archive {

/// A part of a gibibyte, for as long as it lives: whoever wants more than is left waits for the others. One
/// that is larger than all of it goes alone.
class UnpackingShare {
 public:
  explicit UnpackingShare(uint64_t bytes);
  UnpackingShare(const UnpackingShare&) = delete;
  UnpackingShare& operator=(const UnpackingShare&) = delete;
  ~UnpackingShare();

 private:
  const uint64_t bytes_;
};

}  // namespace margay::archive
