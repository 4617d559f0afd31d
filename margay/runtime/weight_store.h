// The weights of a network in the layouts that oneDNN's primitives ask for.
#pragma once

#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <vector>

namespace margay::runtime {

/// Keeps every tensor once in each layout that was asked for; batch sizes mostly share one.
class WeightStore {
 public:
  explicit WeightStore(const dnnl::engine& engine) : engine_(engine) {}

  /// Keeps the values of a row-major tensor until the first `get` says what extents and layout it shall have.
  void put(const std::string& name, std::vector<float> values) { entries_[name] = {std::move(values), {}}; }

  /// The tensor in this layout, reordered the first time. All layouts of a tensor have the same extents.
  dnnl::memory get(const std::string& name, const dnnl::memory::desc& layout);

 private:
  struct Entry {
    std::vector<float> row_major;  ///< empty once a layout has been made from it
    std::vector<dnnl::memory> layouts;
  };
  dnnl::memory reordered(dnnl::memory from, const dnnl::memory::desc& layout) const;

  dnnl::engine engine_;
  std::map<std::string, Entry> entries_;
};

}  // namespace margay::runtime
