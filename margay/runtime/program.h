// A plan for one batch size as oneDNN primitives with their memory.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "margay/graph/graph.h"
#include "margay/runtime/plan.h"
#include "margay/runtime/weight_store.h"

namespace margay::runtime {

/// A list of primitives over numbered values, before the values have memory. A value has a layout of its own
/// choosing.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(const dnnl::engine& engine) : engine_(engine) {}

  using Values = std::vector<std::pair<int, int>>;              ///< oneDNN's argument, value
  using Constants = std::vector<std::pair<int, dnnl::memory>>;  ///< oneDNN's argument, weights

  const dnnl::engine& engine() const { return engine_; }
  int add_value(const dnnl::memory::desc& layout);
  void add(const dnnl::primitive& primitive, Values values, Constants constants = {});
  const dnnl::memory::desc& layout(int value) const { return layouts_[value]; }

  /// Copies a value into another of the same extents.
  void copy(int from, int to);

  /// The same memory under another description, which must lie inside it.
  int viewed(int value, const dnnl::memory::desc& layout);

  /// The same numbers in another layout; the value itself where it has that already.
  int reordered(int value, const dnnl::memory::desc& layout);

 private:
  friend class Program;
  struct Operation {
    dnnl::primitive primitive;
    Values values;
    Constants constants;
  };
  dnnl::engine engine_;
  std::vector<dnnl::memory::desc> layouts_;
  std::vector<int> owners_;  ///< of each value, the value whose memory it is
  std::vector<Operation> operations_;
};

/// Executes a network for one batch size.
class Program {
 public:
  /// `input` and `output` are values of the builder that lie in the caller's memory.
  Program(ProgramBuilder&& builder, int input, int output);

  /// Reads and writes whole batches in the layouts of the input and output values.
  void run(const float* input, float* output);

 private:
  struct Operation {
    dnnl::primitive primitive;
    std::unordered_map<int, dnnl::memory> arguments;
  };
  dnnl::stream stream_;
  std::vector<dnnl::memory> inputs_, outputs_;  ///< all views of what is the caller's
  dnnl::memory block_;                          ///< all values in between
  std::vector<Operation> operations_;
};

/// Input `[batch, H, W, C]` (or `[batch, F]`), output `[batch, outputs]`.
Program make_program(const graph::Graph& graph, const Plan& plan, WeightStore& weights,
                     const dnnl::engine& engine, int batch);

}  // namespace margay::runtime
