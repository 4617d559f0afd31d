// Networks in a few chained calls.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "margay/graph/graph.h"

namespace margay::graph {

/// Padding that keeps height and width: kernel / 2, for odd kernels with stride 1.
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
  int64_t stride = 0;  ///< 0: as the kernel
  int64_t padding = 0;
  bool ceil_mode = false;
};

/// Appends node after node; each takes the output of the one before. Every call throws ModelError as
/// Graph::add does.
///
///     Graph graph = Builder({3, 150, 150}).conv2d(16, 3, {.padding = kSame}).relu().max_pool2d(2)
///                       .flatten().linear(1).build();
///
/// Nodes without a given name are counted by kind: conv1, relu1, max_pool1, conv2, ...
class Builder {
 public:
  explicit Builder(Shape input) : graph_(std::move(input)) {}

  Builder& conv2d(int64_t out_channels, int64_t kernel, Conv2dOptions options = {});
  Builder& batch_norm2d(double eps = 1e-5, double momentum = 0.1);
  Builder& relu();
  Builder& max_pool2d(int64_t kernel, PoolOptions options = {});
  Builder& avg_pool2d(int64_t kernel, PoolOptions options = {}, bool count_include_pad = true);
  Builder& global_avg_pool2d();
  Builder& flatten();
  Builder& linear(int64_t out_features, bool bias = true);
  Builder& dropout(double rate);
  /// The sum of the current node and another, named by node or tap.
  Builder& add(std::string_view other);

  /// Any operator: the current node is its first input, the nodes or taps in `others` are the further ones.
  Builder& apply(std::string_view op, std::map<std::string, Attribute> attributes = {},
                 const std::vector<std::string>& others = {});

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
  std::string next_name(std::string_view op);

  Graph graph_;
  int current_ = 0;
  std::string given_name_;
  std::map<std::string, int, std::less<>> counts_;  ///< nodes without a given name, by kind
};

/// The padding in cells that kSame stands for. Throws ModelError for even kernels and strides other than 1.
int64_t same_padding(int64_t kernel, int64_t stride, int64_t dilation);

}  // namespace margay::graph
