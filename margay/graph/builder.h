// Networks in a few chained calls.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Padding by which n cells become n / stride, rounded up: the "same" of recipes (graph/padding.h).
inline constexpr int64_t kSame = -1;

/// What a convolution has besides its filters and kernel.
struct Conv2dOptions {
  int64_t stride = 1;
  int64_t padding = 0;  ///< cells on each side, or kSame
  int64_t dilation = 1;
  int64_t groups = 1;
  bool bias = true;
};

/// What a pooling has besides its kernel.
struct PoolOptions {
  int64_t stride = 0;   ///< 0: as the kernel
  int64_t padding = 0;  ///< cells on each side, or kSame
  bool ceil_mode = false;
};

/// What a separable convolution has besides its filters and kernel.
struct SeparableOptions {
  int64_t stride = 1;
  int64_t padding = 0;  ///< cells on each side, or kSame
  int64_t dilation = 1;
  int64_t depth_multiplier = 1;  ///< outputs of the first convolution for each channel
  bool bias = true;              ///< of the second convolution
};

/// Appends node after node; each takes the output of the one before. Every call throws ModelError as
/// Graph::add does.
///
///     Graph graph = Builder({3, 150, 150}).conv2d(16, 3, {.padding = kSame}).relu().max_pool2d(2)
///                       .flatten().linear(1).build();
///
/// Nodes without a given name are counted by kind: conv1, relu1, max_pool1, conv2, ...
class MARGAY_API Builder {
 public:
  explicit Builder(Shape input) : graph_(std::move(input)) {}

  Builder& conv2d(int64_t out_channels, int64_t kernel, Conv2dOptions options = {});
  /// Two nodes: a convolution of each channel by itself, then one of 1 x 1 (Chollet 2017).
  Builder& separable_conv2d(int64_t out_channels, int64_t kernel, SeparableOptions options = {});
  Builder& batch_norm2d(double eps = 1e-5, double momentum = 0.1);
  Builder& relu();
  Builder& leaky_relu(double slope = 0.01);
  Builder& elu(double alpha = 1);
  Builder& tanh();
  Builder& max_pool2d(int64_t kernel, PoolOptions options = {});
  /// The mean counts the padding, but for that of kSame, unless it is said.
  Builder& avg_pool2d(int64_t kernel, PoolOptions options = {}, std::optional<bool> count_include_pad = {});
  Builder& global_avg_pool2d();
  Builder& global_max_pool2d();
  Builder& flatten();
  Builder& linear(int64_t out_features, bool bias = true);
  Builder& dropout(double rate);
  /// The sum of the current node and another, named by node or tap.
  Builder& add(std::string_view other);

  /// Any operator: the current node is its first input, the nodes or taps in `others` are the further ones.
  /// Padding may be a text, as in recipes.
  Builder& apply(std::string_view op, std::map<std::string, Attribute> attributes = {},
                 const std::vector<std::string>& others = {});

  /// The same for any layer of a recipe, which may be several nodes (graph/compound_layers.h): its name then
  /// stands for the last of them.
  Builder& apply_layer(std::string_view layer, std::map<std::string, Attribute> attributes = {},
                       const std::vector<std::string>& others = {});

  /// Layers of one's own, made of these: calls `layer(*this)`.
  ///
  ///     const auto block = [](Builder& b) { b.conv2d(32, 3, {.padding = kSame}).batch_norm2d().relu(); };
  ///     Builder({3, 64, 64}).with(block).with(block)
  template <class Layer>
  Builder& with(Layer&& layer) {
    layer(*this);
    return *this;
  }

  /// Names the node that the next call makes.
  Builder& name(std::string next_name);
  /// Names the output of the current node, so that features can be taken there.
  Builder& tap(std::string tap_name);
  /// Goes on from an earlier node or tap.
  Builder& from(std::string_view node_or_tap);

  /// Name of the node that was made last.
  const std::string& current() const { return graph_.nodes()[current_].name; }
  /// The output shape of the current node.
  const Shape& shape() const { return graph_.shape(current_); }

  /// The network, whose output is the current node. Throws ModelError when other nodes lead nowhere.
  Graph build() const;

 private:
  int find(std::string_view node_or_tap) const;
  bool is_taken(std::string_view name) const;
  std::string next_name(std::string_view op);

  Graph graph_;
  int current_ = 0;
  std::string given_name_;
  std::map<std::string, int, std::less<>> counts_;     ///< nodes without a given name, by kind
  std::map<std::string, int, std::less<>> compounds_;  ///< last node of each layer that is several
};

}  // namespace margay::graph
