// Memory that a pass needs while it runs. Layers of a network take turns, so that all of them find it in the
// caches where the one before has left it. For sources of this folder.
#pragma once

#include "margay/fused/aligned_vector.h"

namespace margay::fused {

/// So many values of the calling thread, for whoever has this `Owner`, until the thread asks again with the
/// same one. What they are is anything.
template <class Owner, class Value>
Value* thread_scratch(size_t count) {
  thread_local AlignedVector<Value> values;
  if (values.size() < count) values.resize(count);
  return values.data();
}

}  // namespace margay::fused
