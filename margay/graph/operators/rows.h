// The rows of the table of operators; each family has its file.
#pragma once

#include "margay/graph/operator.h"

namespace margay::graph {

Operator input_row();
Operator conv2d_row();
Operator batch_norm2d_row();
/// A function of single values such as "relu".
Operator activation_row(std::string_view name);
Operator max_pool2d_row();
Operator avg_pool2d_row();
Operator global_avg_pool2d_row();
Operator flatten_row();
Operator linear_row();
Operator dropout_row();
Operator add_row();

}  // namespace margay::graph
