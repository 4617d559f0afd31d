// Reordering weights once per layout.
#include "margay/runtime/weight_store.h"

#include "margay/runtime/operators.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {

dnnl::memory WeightStore::reordered(dnnl::memory from, const dnnl::memory::desc& layout) const {
  dnnl::memory made(layout, engine_);
  dnnl::stream stream(engine_);
  dnnl::reorder(from, made).execute(stream, from, made);
  stream.wait();
  return made;
}

dnnl::memory WeightStore::get(const std::string& name, const dnnl::memory::desc& layout) {
  Entry& entry = entries_.at(name);
  for (const dnnl::memory& memory : entry.layouts)
    if (memory.get_desc() == layout) return memory;
  if (entry.layouts.empty()) {
    entry.layouts.push_back(
        reordered({row_major_layout(extents_of(layout)), engine_, entry.row_major.data()}, layout));
    std::vector<float>().swap(entry.row_major);
  } else {
    entry.layouts.push_back(reordered(entry.layouts.front(), layout));
  }
  return entry.layouts.back();
}

}  // namespace margay::runtime
