// The weights of a network in the layouts that oneDNN's primitives ask for.
#pragma once

#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <utility>
#include <vector>

namespace margay::runtime {

/// Row-major values of the parameters of a node, in the order of its operator's row.
using ParameterValues = std::vector<std::vector<float>>;

/// Keeps every tensor once in each layout that was asked for; batch sizes mostly share one.
class WeightStore {
 public:
  explicit WeightStore(const dnnl::engine& engine) : engine_(engine) {}

  /// Keeps the parameters of a node until the first `get` of each says what extents and layout it shall have.
  void put(int node, ParameterValues values);

  /// A parameter of a node in this layout, reordered the first time. All layouts of one have the same
  /// extents.
  dnnl::memory get(int node, int index, const dnnl::memory::desc& layout);

 private:
  struct Entry {
    std::vector<float> row_major;  ///< empty once a layout has been made from it
    std::vector<dnnl::memory> layouts;
  };
  dnnl::memory reordered(dnnl::memory from, const dnnl::memory::desc& layout) const;

  dnnl::engine engine_;
  std::map<std::pair<int, int>, Entry> entries_;  ///< by node and index
};

}  // namespace margay::runtime
