// The exponential moving average of the weights over the steps of a training.
#pragma once

#include <cstdint>
#include <vector>

#include "margay/engine/network.h"
#include "margay/graph/weights.h"
#include "margay/train/optimizer/optimizer.h"

namespace margay::train {

/// average = d * average + (1 - d) * weights after every step, where d is `decay`, but at most (1 + t) / (10
/// + t) in step t, so that a short training averages its last ninth and forgets its start (as TensorFlow's
/// ExponentialMovingAverage with num_updates). The network must outlive it. Used by one thread.
class AveragedWeights {
 public:
  AveragedWeights(const engine::Network& network, double decay);

  /// What step `step`, counted from 1, does to the averages of the trained tensors.
  Averages step(int64_t step) const;

  /// While it lives, the network has the average as its weights; the buffers that normalisation has estimated
  /// by the end become those of the average, and the network gets its own back.
  class Use {
   public:
    explicit Use(AveragedWeights& average);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

   private:
    AveragedWeights& average_;
  };

  graph::Weights weights() const;
  void set_weights(const graph::Weights& weights);

 private:
  void exchange();

  const engine::Network& network_;
  double decay_;
  std::vector<at::Tensor> average_;  ///< in the order of the network's tensors
  std::vector<at::Tensor> trained_;  ///< those of them that the optimiser changes
};

}  // namespace margay::train
