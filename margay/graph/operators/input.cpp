// The input: a row that Graph itself makes the node of.
#include "margay/graph/operators/input.h"

#include "margay/graph/fields.h"
#include "margay/graph/operators/checks.h"

namespace margay::graph {
namespace {

Shape reject_second_input(const Input&, const Node& node, std::span<const Shape>) {
  reject(node, "a network has one input, which is there from the start");
}

}  // namespace

Operator Input::row() {
  return {.name = kOp, .inputs = 0, .infer_shape = bound<Input>(reject_second_input)};
}

}  // namespace margay::graph
