// The rows of the table of operators; each family has its file.
#pragma once

#include "margay/graph/operator.h"

namespace margay::graph {

Operator input_row();
Operator conv2d_row();
Operator batch_norm2d_row();
/// A function of single values such as "relu".
Operator activation_row(std::string_view name);
Operator leaky_relu_row();
Operator elu_row();
Operator max_pool2d_row();
Operator avg_pool2d_row();
Operator global_avg_pool2d_row();
Operator global_max_pool2d_row();
Operator flatten_row();
Operator linear_row();
Operator dropout_row();
Operator stochastic_depth_row();
Operator add_row();
Operator multiply_row();
Operator concat_row();
Operator layer_norm_row();
Operator layer_scale_row();
Operator tokens_row();
Operator feature_map_row();
Operator class_token_row();
Operator position_embedding_row();
Operator self_attention_row();
Operator first_token_row();

}  // namespace margay::graph
