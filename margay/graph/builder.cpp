// The fluent builder.
#include "margay/graph/builder.h"

#include <algorithm>

#include "margay/core/error.h"
#include "margay/graph/compound_layers.h"
#include "margay/graph/operators/all.h"
#include "margay/graph/operators/checks.h"
#include "margay/graph/padding.h"

namespace margay::graph {
namespace {

/// "conv2d" makes conv1, "max_pool2d" makes max_pool1.
std::string kind_of(std::string_view op) {
  if (op.ends_with("2d")) op.remove_suffix(2);
  return std::string(op);
}

Attribute padding_of(int64_t cells) {
  return cells == kSame ? Attribute(std::string("same")) : Attribute(cells);
}

/// The attributes of a layer whose padding may be kSame.
template <class Op>
std::map<std::string, Attribute> padded_attributes(const Op& layer) {
  auto attributes = attributes_of(layer);
  attributes["padding"] = padding_of(layer.padding);
  return attributes;
}

PoolWindow window_of(int64_t kernel, const PoolOptions& options) {
  return {
      .kernel = kernel, .stride = options.stride, .padding = options.padding, .ceil_mode = options.ceil_mode};
}

}  // namespace

Builder& Builder::conv2d(int64_t out_channels, int64_t kernel, Conv2dOptions options) {
  return apply(Conv2d::kOp, padded_attributes(Conv2d{.out_channels = out_channels,
                                                     .kernel = kernel,
                                                     .stride = options.stride,
                                                     .padding = options.padding,
                                                     .dilation = options.dilation,
                                                     .groups = options.groups,
                                                     .bias = options.bias}));
}

Builder& Builder::separable_conv2d(int64_t out_channels, int64_t kernel, SeparableOptions options) {
  return apply_layer("separable_conv2d", {{"out_channels", out_channels},
                                          {"kernel", kernel},
                                          {"stride", options.stride},
                                          {"padding", padding_of(options.padding)},
                                          {"dilation", options.dilation},
                                          {"depth_multiplier", options.depth_multiplier},
                                          {"bias", options.bias}});
}

Builder& Builder::batch_norm2d(double eps, double momentum) {
  return apply(BatchNorm2d::kOp, attributes_of(BatchNorm2d{.eps = eps, .momentum = momentum}));
}
Builder& Builder::relu() {
  return apply(Relu::kOp);
}
Builder& Builder::leaky_relu(double slope) {
  return apply(LeakyRelu::kOp, attributes_of(LeakyRelu{slope}));
}
Builder& Builder::elu(double alpha) {
  return apply(Elu::kOp, attributes_of(Elu{alpha}));
}
Builder& Builder::tanh() {
  return apply(Tanh::kOp);
}
Builder& Builder::max_pool2d(int64_t kernel, PoolOptions options) {
  return apply(MaxPool2d::kOp, padded_attributes(MaxPool2d{window_of(kernel, options)}));
}

Builder& Builder::avg_pool2d(int64_t kernel, PoolOptions options, std::optional<bool> count_include_pad) {
  const AvgPool2d pool{window_of(kernel, options), count_include_pad.value_or(options.padding != kSame)};
  return apply(AvgPool2d::kOp, padded_attributes(pool));
}

Builder& Builder::global_avg_pool2d() {
  return apply(GlobalAvgPool2d::kOp);
}
Builder& Builder::global_max_pool2d() {
  return apply(GlobalMaxPool2d::kOp);
}
Builder& Builder::flatten() {
  return apply(Flatten::kOp);
}
Builder& Builder::linear(int64_t out_features, bool bias) {
  return apply(Linear::kOp, attributes_of(Linear{out_features, bias}));
}
Builder& Builder::dropout(double rate) {
  return apply(Dropout::kOp, attributes_of(Dropout{rate}));
}
Builder& Builder::add(std::string_view other) {
  return apply(Add::kOp, {}, {std::string(other)});
}

Builder& Builder::apply(std::string_view op, std::map<std::string, Attribute> attributes,
                        const std::vector<std::string>& others) {
  resolve_padding(op, attributes);
  std::vector<int> inputs{current_};
  for (const std::string& other : others) inputs.push_back(find(other));
  current_ = graph_.add(next_name(op), std::string(op), std::move(inputs), std::move(attributes));
  return *this;
}

Builder& Builder::apply_layer(std::string_view layer, std::map<std::string, Attribute> attributes,
                              const std::vector<std::string>& others) {
  const CompoundLayer* compound = find_compound_layer(layer);
  if (compound == nullptr) return apply(layer, std::move(attributes), others);
  resolve_padding(layer, attributes);
  Node whole{next_name(layer), std::string(layer), {current_}, std::move(attributes)};
  if (!others.empty()) reject(whole, fmt::format("it takes 1 input, {} are given", others.size() + 1));
  complete_attributes(whole, compound->attributes);
  const std::vector<LayerPart> parts = compound->parts(whole, shape());
  for (const LayerPart& part : parts)
    current_ = graph_.add(fmt::format("{}.{}", whole.name, part.name), std::string(part.op), {current_},
                          part.attributes);
  compounds_.emplace(whole.name, current_);
  return *this;
}

Builder& Builder::name(std::string next_name) {
  given_name_ = std::move(next_name);
  return *this;
}

Builder& Builder::tap(std::string tap_name) {
  const auto layer = compounds_.find(tap_name);
  require<ModelError>(layer == compounds_.end() || layer->second == current_, "graph",
                      fmt::format("the tap '{}' has the name of another layer", tap_name));
  graph_.tap(std::move(tap_name), current_);
  return *this;
}

Builder& Builder::from(std::string_view node_or_tap) {
  current_ = find(node_or_tap);
  return *this;
}

Graph Builder::build() const {
  std::vector<bool> used(graph_.nodes().size());
  for (const Node& node : graph_.nodes())
    for (const int input : node.inputs) used[input] = true;
  for (const auto& [name, node] : graph_.taps()) used[node] = true;
  used[current_] = true;
  for (size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      reject(graph_.nodes()[i], "nothing uses what it computes",
             "connect it, give it a tap, or leave it out");
  require<ModelError>(current_ == graph_.output(), "graph",
                      fmt::format("'{}' is to be the output, but is not the last node", current()));
  return graph_;
}

int Builder::find(std::string_view node_or_tap) const {
  if (const auto tap = graph_.taps().find(std::string(node_or_tap)); tap != graph_.taps().end())
    return tap->second;
  std::vector<std::string> names;
  for (size_t i = 0; i < graph_.nodes().size(); ++i) {
    if (graph_.nodes()[i].name == node_or_tap) return static_cast<int>(i);
    names.push_back(graph_.nodes()[i].name);
  }
  if (const auto layer = compounds_.find(node_or_tap); layer != compounds_.end()) return layer->second;
  for (const auto& [name, node] : compounds_) names.push_back(name);
  throw ModelError("graph", fmt::format("there is no node or tap '{}' before this one", node_or_tap),
                   hint_for_name(node_or_tap, names, ""));
}

bool Builder::is_taken(std::string_view name) const {
  return compounds_.contains(name) || graph_.taps().contains(std::string(name)) ||
         std::ranges::find(graph_.nodes(), name, &Node::name) != graph_.nodes().end();
}

std::string Builder::next_name(std::string_view op) {
  std::string name = std::exchange(given_name_, {});
  if (!name.empty()) {
    if (is_taken(name))
      reject({name, std::string(op), {}, {}}, "the name is taken by another layer or a tap",
             "names of layers and taps must differ");
    return name;
  }
  do {
    name = fmt::format("{}{}", kind_of(op), ++counts_[kind_of(op)]);
  } while (is_taken(name));
  return name;
}

}  // namespace margay::graph
