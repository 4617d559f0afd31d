// Reordering weights once per layout.
#include "margay/runtime/weight_store.h"

#include "margay/runtime/operators/step_context.h"
#include "margay/runtime/primitive_descs.h"

namespace margay::runtime {

dnnl::memory WeightStore::reordered(dnnl::memory from, const dnnl::memory::desc& layout) const {
  dnnl::memory made(layout, engine_);
  dnnl::stream stream(engine_);
  dnnl::reorder(from, made).execute(stream, from, made);
  stream.wait();
  return made;
}

void WeightStore::put(int node, ParameterValues values) {
  for (size_t i = 0; i < values.size(); ++i)
    entries_[{node, static_cast<int>(i)}] = {std::move(values[i]), {}};
}

dnnl::memory WeightStore::get(int node, int index, const dnnl::memory::desc& layout) {
  Entry& entry = entries_.at({node, index});
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
