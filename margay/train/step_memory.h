// What a step of a training takes of the memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "margay/data/dataset.h"
#include "margay/graph/graph.h"
#include "margay/recipe/config.h"

namespace margay::train {

/// Bytes that a step takes at the least: what is not counted here, such as what operators need while they
/// run, differs from one libtorch to the next.
struct StepMemory {
  uint64_t per_picture = 0;  ///< what convolutions and linear layers keep for their gradients
  uint64_t weights = 0;      ///< with their gradients and what the optimiser remembers

  uint64_t of(int pictures) const { return weights + per_picture * static_cast<uint64_t>(pictures); }
};

/// Of pictures of the largest size that the training shows. `config` is decided.
StepMemory step_memory(const graph::Graph& graph, const recipe::Config& config);

/// Throws UsageError with the numbers and what takes less where a batch takes more than `available_bytes`; of
/// `pictures` to train on, no batch has more. A device that is no processor has memory of its own, and knows
/// how much.
void require_step_fits(const StepMemory& memory, const recipe::Config& config, size_t pictures,
                       uint64_t available_bytes);

/// Bytes of a step of the training on `dataset` that `wanted` asks for, before pictures are decoded for it; 0
/// where none is known: a head is fitted without any, and of one class or without pictures to train on there
/// is nothing to learn, which is said elsewhere. Throws as require_step_fits does, and what `decide` and
/// building the network throw.
uint64_t require_step_memory(const recipe::Config& wanted, const data::Dataset& dataset);

}  // namespace margay::train
