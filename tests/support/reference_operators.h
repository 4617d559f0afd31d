// Every operator as its definition says, in loops and double precision: what executors are compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::test {

using Values = std::vector<double>;

/// One sample: values of a feature map in the order C, H, W, or of a vector.
struct Sample {
  graph::Shape shape;
  Values values;

  double at(int64_t c, int64_t y, int64_t x) const {
    return values[static_cast<size_t>((c * shape[1] + y) * shape[2] + x)];
  }
  bool contains(int64_t y, int64_t x) const { return y >= 0 && y < shape[1] && x >= 0 && x < shape[2]; }
};

/// A node with what it works on.
struct ReferenceCall {
  const graph::Node& node;
  const std::vector<const Sample*>& inputs;
  const graph::Shape& shape;  ///< of the output
  const graph::Weights& weights;

  const Sample& input() const { return *inputs[0]; }
  int64_t whole(const char* key) const { return node.integer(key); }
  const std::vector<float>& parameter(const char* name) const {
    return weights.at(node.name + "." + name).values;
  }
};

/// Calls `value(c, y, x)` for every element of the output.
template <class Value>
Values for_each_element(const graph::Shape& shape, const Value& value) {
  Values values;
  for (int64_t c = 0; c < shape[0]; ++c)
    for (int64_t y = 0; y < shape[1]; ++y)
      for (int64_t x = 0; x < shape[2]; ++x) values.push_back(value(c, y, x));
  return values;
}

inline Values reference_conv2d(const ReferenceCall& call) {
  const int64_t kernel = call.whole("kernel"), stride = call.whole("stride"), padding = call.whole("padding");
  const int64_t dilation = call.whole("dilation"), groups = call.whole("groups");
  const int64_t in_of_group = call.input().shape[0] / groups, out_of_group = call.shape[0] / groups;
  const auto& weight = call.parameter("weight");
  return for_each_element(call.shape, [&](int64_t c, int64_t y, int64_t x) {
    double sum = call.node.flag("bias") ? call.parameter("bias")[c] : 0;
    for (int64_t i = 0; i < in_of_group; ++i)
      for (int64_t dy = 0; dy < kernel; ++dy)
        for (int64_t dx = 0; dx < kernel; ++dx) {
          const int64_t from_y = y * stride - padding + dy * dilation,
                        from_x = x * stride - padding + dx * dilation;
          if (!call.input().contains(from_y, from_x)) continue;
          sum += call.input().at(c / out_of_group * in_of_group + i, from_y, from_x) *
                 weight[((c * in_of_group + i) * kernel + dy) * kernel + dx];
        }
    return sum;
  });
}

inline Values reference_batch_norm2d(const ReferenceCall& call) {
  return for_each_element(call.shape, [&](int64_t c, int64_t y, int64_t x) {
    const double deviation = std::sqrt(call.parameter("running_var")[c] + call.node.number("eps"));
    const double normal = (call.input().at(c, y, x) - call.parameter("running_mean")[c]) / deviation;
    return normal * call.parameter("weight")[c] + call.parameter("bias")[c];
  });
}

/// Any activation, from the definition by the operator's name.
inline Values reference_activation(const ReferenceCall& call) {
  static const std::map<std::string, double (*)(double)> functions{
      {"relu", [](double x) { return std::max(x, 0.0); }},
      {"relu6", [](double x) { return std::clamp(x, 0.0, 6.0); }},
      {"tanh", [](double x) { return 1 - 2 / (1 + std::exp(2 * x)); }},
      {"sigmoid", [](double x) { return 1 / (1 + std::exp(-x)); }},
      {"hardsigmoid", [](double x) { return std::clamp(x / 6 + 0.5, 0.0, 1.0); }},
      {"silu", [](double x) { return x / (1 + std::exp(-x)); }},
      {"hardswish", [](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }},
      {"gelu", [](double x) { return x * (1 + std::erf(x / std::sqrt(2.0))) / 2; }}};
  Values values = call.input().values;
  for (double& value : values) value = functions.at(call.node.op)(value);
  return values;
}

inline Values reference_leaky_relu(const ReferenceCall& call) {
  Values values = call.input().values;
  for (double& value : values) value *= value < 0 ? call.node.number("slope") : 1;
  return values;
}

inline Values reference_elu(const ReferenceCall& call) {
  Values values = call.input().values;
  for (double& value : values)
    if (value < 0) value = call.node.number("alpha") * (std::exp(value) - 1);
  return values;
}

inline Values reference_max_pool2d(const ReferenceCall& call) {
  const int64_t kernel = call.whole("kernel"), stride = call.whole("stride"), padding = call.whole("padding");
  return for_each_element(call.shape, [&](int64_t c, int64_t y, int64_t x) {
    double best = -std::numeric_limits<double>::infinity();
    for (int64_t dy = 0; dy < kernel; ++dy)
      for (int64_t dx = 0; dx < kernel; ++dx)
        if (const int64_t from_y = y * stride - padding + dy, from_x = x * stride - padding + dx;
            call.input().contains(from_y, from_x))
          best = std::max(best, call.input().at(c, from_y, from_x));
    return best;
  });
}

/// The divisor counts cells inside the picture, and with count_include_pad those of the padding too, but
/// never cells beyond the padding, which windows reach with ceil_mode.
inline Values reference_avg_pool2d(const ReferenceCall& call) {
  const int64_t kernel = call.whole("kernel"), stride = call.whole("stride"), padding = call.whole("padding");
  const bool counts_padding = call.node.flag("count_include_pad");
  return for_each_element(call.shape, [&](int64_t c, int64_t y, int64_t x) {
    double sum = 0;
    int64_t inside = 0, with_padding = 0;
    for (int64_t dy = 0; dy < kernel; ++dy)
      for (int64_t dx = 0; dx < kernel; ++dx) {
        const int64_t from_y = y * stride - padding + dy, from_x = x * stride - padding + dx;
        with_padding +=
            from_y < call.input().shape[1] + padding && from_x < call.input().shape[2] + padding ? 1 : 0;
        if (!call.input().contains(from_y, from_x)) continue;
        ++inside;
        sum += call.input().at(c, from_y, from_x);
      }
    return sum / static_cast<double>(counts_padding ? with_padding : inside);
  });
}

inline Values reference_global_avg_pool2d(const ReferenceCall& call) {
  const graph::Shape& shape = call.input().shape;
  Values means;
  for (int64_t c = 0; c < shape[0]; ++c) {
    double sum = 0;
    for (int64_t y = 0; y < shape[1]; ++y)
      for (int64_t x = 0; x < shape[2]; ++x) sum += call.input().at(c, y, x);
    means.push_back(sum / static_cast<double>(shape[1] * shape[2]));
  }
  return means;
}

inline Values reference_global_max_pool2d(const ReferenceCall& call) {
  const auto& values = call.input().values;
  const auto cells = static_cast<std::ptrdiff_t>(call.input().shape[1] * call.input().shape[2]);
  Values largest;
  for (auto begin = values.begin(); begin != values.end(); begin += cells)
    largest.push_back(*std::max_element(begin, begin + cells));
  return largest;
}

inline Values reference_linear(const ReferenceCall& call) {
  const auto& weight = call.parameter("weight");
  const Values& input = call.input().values;
  const auto features = static_cast<size_t>(call.input().shape.back());
  Values values;
  for (size_t first = 0; first < input.size(); first += features)
    for (int64_t out = 0; out < call.shape.back(); ++out) {
      double sum = call.node.flag("bias") ? call.parameter("bias")[out] : 0;
      for (size_t i = 0; i < features; ++i)
        sum += weight[static_cast<size_t>(out) * features + i] * input[first + i];
      values.push_back(sum);
    }
  return values;
}

inline Values reference_add(const ReferenceCall& call) {
  Values values = call.inputs[0]->values;
  for (size_t i = 0; i < values.size(); ++i) values[i] += call.inputs[1]->values[i];
  return values;
}

inline Values reference_multiply(const ReferenceCall& call) {
  Values values = call.input().values;
  const Values& factors = call.inputs[1]->values;
  for (size_t i = 0; i < values.size(); ++i) values[i] *= factors[i * factors.size() / values.size()];
  return values;
}

inline Values reference_concat(const ReferenceCall& call) {
  Values values = call.input().values;
  values.insert(values.end(), call.inputs[1]->values.begin(), call.inputs[1]->values.end());
  return values;
}

/// Element `feature` of position `i` of a map, of token `i`, or of a vector.
struct Positions {
  const graph::Shape& shape;
  size_t features() const { return static_cast<size_t>(shape.size() == 3 ? shape[0] : shape.back()); }
  size_t count() const { return static_cast<size_t>(graph::element_count(shape)) / features(); }
  size_t index(size_t i, size_t feature) const {
    return shape.size() == 3 ? feature * count() + i : i * features() + feature;
  }
};

inline Values reference_layer_norm(const ReferenceCall& call) {
  Values values = call.input().values;
  const Positions at{call.shape};
  const auto features = static_cast<double>(at.features());
  for (size_t i = 0; i < at.count(); ++i) {
    double mean = 0, variance = 0;
    for (size_t f = 0; f < at.features(); ++f) mean += values[at.index(i, f)] / features;
    for (size_t f = 0; f < at.features(); ++f)
      variance += (values[at.index(i, f)] - mean) * (values[at.index(i, f)] - mean) / features;
    for (size_t f = 0; f < at.features(); ++f) {
      double& value = values[at.index(i, f)];
      value = (value - mean) / std::sqrt(variance + call.node.number("eps")) * call.parameter("weight")[f] +
              call.parameter("bias")[f];
    }
  }
  return values;
}

inline Values reference_layer_scale(const ReferenceCall& call) {
  return for_each_element(call.shape, [&](int64_t c, int64_t y, int64_t x) {
    return call.input().at(c, y, x) * call.parameter("layer_scale")[c];
  });
}

inline Values reference_tokens(const ReferenceCall& call) {
  Values values;
  for (int64_t i = 0; i < call.shape[0]; ++i)
    for (int64_t c = 0; c < call.shape[1]; ++c) values.push_back(call.input().values[c * call.shape[0] + i]);
  return values;
}

inline Values reference_feature_map(const ReferenceCall& call) {
  return for_each_element(call.shape, [&](int64_t c, int64_t y, int64_t x) {
    return call.input().values[(y * call.shape[2] + x) * call.shape[0] + c];
  });
}

inline Values reference_class_token(const ReferenceCall& call) {
  const std::vector<float>& token = call.weights.at(call.node.name).values;
  Values values(token.begin(), token.end());
  values.insert(values.end(), call.input().values.begin(), call.input().values.end());
  return values;
}

inline Values reference_position_embedding(const ReferenceCall& call) {
  Values values = call.input().values;
  for (size_t i = 0; i < values.size(); ++i) values[i] += call.parameter("pos_embedding")[i];
  return values;
}

inline Values reference_self_attention(const ReferenceCall& call) {
  const int64_t tokens = call.shape[0], features = call.shape[1], size = features / call.whole("heads");
  const auto& weight = call.parameter("in_proj_weight");
  // Query (0), key (1) or value (2) of a token.
  const auto projected = [&](int64_t part, int64_t token, int64_t feature) {
    const int64_t row = part * features + feature;
    double sum = call.parameter("in_proj_bias")[row];
    for (int64_t i = 0; i < features; ++i)
      sum += weight[row * features + i] * call.input().values[token * features + i];
    return sum;
  };
  Values values;
  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t f = 0; f < features; ++f) {
      double sum = 0, total = 0;
      for (int64_t other = 0; other < tokens; ++other) {
        double score = 0;
        for (int64_t i = f / size * size; i < (f / size + 1) * size; ++i)
          score += projected(0, t, i) * projected(1, other, i);
        const double share = std::exp(score / std::sqrt(static_cast<double>(size)));
        sum += share * projected(2, other, f);
        total += share;
      }
      values.push_back(sum / total);
    }
  return values;
}

inline Values reference_first_token(const ReferenceCall& call) {
  return {call.input().values.begin(), call.input().values.begin() + call.shape[0]};
}

inline Values reference_copy(const ReferenceCall& call) {
  return call.input().values;
}

/// By the operator's name; the input has none.
inline const std::map<std::string, Values (*)(const ReferenceCall&)>& reference_operators() {
  static const std::map<std::string, Values (*)(const ReferenceCall&)> table{
      {"conv2d", reference_conv2d},
      {"batch_norm2d", reference_batch_norm2d},
      {"relu", reference_activation},
      {"relu6", reference_activation},
      {"leaky_relu", reference_leaky_relu},
      {"elu", reference_elu},
      {"tanh", reference_activation},
      {"sigmoid", reference_activation},
      {"hardsigmoid", reference_activation},
      {"silu", reference_activation},
      {"hardswish", reference_activation},
      {"gelu", reference_activation},
      {"max_pool2d", reference_max_pool2d},
      {"avg_pool2d", reference_avg_pool2d},
      {"global_avg_pool2d", reference_global_avg_pool2d},
      {"global_max_pool2d", reference_global_max_pool2d},
      {"flatten", reference_copy},
      {"linear", reference_linear},
      {"dropout", reference_copy},
      {"add", reference_add},
      {"stochastic_depth", reference_copy},
      {"multiply", reference_multiply},
      {"concat", reference_concat},
      {"layer_norm", reference_layer_norm},
      {"layer_scale", reference_layer_scale},
      {"tokens", reference_tokens},
      {"feature_map", reference_feature_map},
      {"class_token", reference_class_token},
      {"position_embedding", reference_position_embedding},
      {"self_attention", reference_self_attention},
      {"first_token", reference_first_token}};
  return table;
}

/// What the network answers at inference to one sample (C, H, W or a vector).
inline Values reference_run(const graph::Graph& graph, const graph::Weights& weights, Values input) {
  std::vector<Sample> samples{{graph.input_shape(), std::move(input)}};
  for (int i = 1; i <= graph.output(); ++i) {
    const graph::Node& node = graph.nodes()[i];
    std::vector<const Sample*> inputs;
    for (const int other : node.inputs) inputs.push_back(&samples[other]);
    samples.push_back(
        {graph.shape(i), reference_operators().at(node.op)({node, inputs, graph.shape(i), weights})});
  }
  return samples.back().values;
}

/// The sample of a channels-last batch `[N, H, W, C]` as C, H, W; vectors are copied.
inline Values sample_of_batch(const std::vector<float>& batch, const graph::Shape& shape, int index) {
  const int64_t size = graph::element_count(shape);
  const float* first = batch.data() + index * size;
  if (shape.size() == 1) return {first, first + size};
  return for_each_element(shape, [&](int64_t c, int64_t y, int64_t x) {
    return static_cast<double>(first[(y * shape[2] + x) * shape[0] + c]);
  });
}

}  // namespace margay::test
