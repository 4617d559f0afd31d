// Every operator, each with its attributes, in the order of the documentation.
#pragma once

#include <tuple>

#include "margay/graph/operators/activations.h"
#include "margay/graph/operators/add.h"
#include "margay/graph/operators/avg_pool2d.h"
#include "margay/graph/operators/batch_norm2d.h"
#include "margay/graph/operators/class_token.h"
#include "margay/graph/operators/concat.h"
#include "margay/graph/operators/conv2d.h"
#include "margay/graph/operators/dropout.h"
#include "margay/graph/operators/elu.h"
#include "margay/graph/operators/feature_map.h"
#include "margay/graph/operators/first_token.h"
#include "margay/graph/operators/flatten.h"
#include "margay/graph/operators/global_pool2d.h"
#include "margay/graph/operators/input.h"
#include "margay/graph/operators/layer_norm.h"
#include "margay/graph/operators/layer_scale.h"
#include "margay/graph/operators/leaky_relu.h"
#include "margay/graph/operators/linear.h"
#include "margay/graph/operators/max_pool2d.h"
#include "margay/graph/operators/multiply.h"
#include "margay/graph/operators/position_embedding.h"
#include "margay/graph/operators/self_attention.h"
#include "margay/graph/operators/stochastic_depth.h"
#include "margay/graph/operators/tokens.h"

namespace margay::graph {

using OperatorTypes =
    std::tuple<Input, Conv2d, BatchNorm2d, Relu, Relu6, LeakyRelu, Elu, Tanh, Sigmoid, Hardsigmoid, Silu,
               Hardswish, Gelu, MaxPool2d, AvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d, Flatten, Linear,
               Dropout, StochasticDepth, Add, Multiply, Concat, LayerNorm, LayerScale, Tokens, FeatureMap,
               ClassToken, PositionEmbedding, SelfAttention, FirstToken>;

}  // namespace margay::graph
