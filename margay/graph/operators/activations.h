// Activations without attributes, of which all rows are alike.
#pragma once

#include <string_view>

#include "margay/graph/operator.h"

namespace margay::graph {

// With s(x) = 1 / (1 + exp(-x)) and h(x) = min(max(x / 6 + 1/2, 0), 1).

/// The layer `relu`.
struct Relu {
  static constexpr std::string_view kOp = "relu";
  static Operator row();
};

/// The layer `relu6`.
struct Relu6 {
  static constexpr std::string_view kOp = "relu6";
  static Operator row();
};

/// The layer `tanh`.
struct Tanh {
  static constexpr std::string_view kOp = "tanh";
  static Operator row();
};

/// The layer `sigmoid`.
struct Sigmoid {
  static constexpr std::string_view kOp = "sigmoid";
  static Operator row();
};

/// The layer `hardsigmoid`.
struct Hardsigmoid {
  static constexpr std::string_view kOp = "hardsigmoid";
  static Operator row();
};

/// The layer `silu`.
struct Silu {
  static constexpr std::string_view kOp = "silu";
  static Operator row();
};

/// The layer `hardswish`.
struct Hardswish {
  static constexpr std::string_view kOp = "hardswish";
  static Operator row();
};

/// The layer `gelu`.
struct Gelu {
  static constexpr std::string_view kOp = "gelu";
  static Operator row();
};

}  // namespace margay::graph
