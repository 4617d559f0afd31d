// Weights of a network as the beginning of the same network for other classes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "margay/graph/graph.h"
#include "margay/graph/weights.h"

namespace margay::weights {

/// All parameters of a network, and where each comes from.
struct Transfer {
  graph::Weights weights;
  std::vector<std::string> taken;  ///< have the pretrained values
  std::vector<std::string> fresh;  ///< start anew: those of a head for other classes
  std::string about_head;          ///< why they do, or why it is not known whether they should; else empty
};

/// What is done with a head whose shape fits.
enum class FittingHead { taken, fresh };

/// Names of the parameters of the last layer that has any, the head.
std::vector<std::string> head_parameters(const graph::Graph& graph);

/// Takes `pretrained` for every parameter of the graph; where the head's are missing or of another shape,
/// they start as in `initial`. Throws ModelError that lists by name what else is missing, of another shape or
/// too much; `where` names the pretrained weights.
Transfer transfer(const graph::Graph& graph, graph::Weights pretrained, const graph::Weights& initial,
                  std::string_view where, FittingHead head = FittingHead::taken);

/// The same for a file of weights, which is `name` in a configuration ("imagenet" or a path), and a network
/// for `classes` in the order of its outputs: a head that was trained for others, or in another order, starts
/// anew, however well its shape fits. Its first values are those of `seed`; where the file is a model of
/// margay's, of the seed and the file together: the seed alone would draw the very head that the model's own
/// training began with. Throws what read_weights throws, too.
Transfer transfer_file(const graph::Graph& graph, const std::filesystem::path& file, std::string_view name,
                       const std::vector<std::string>& classes, graph::Initializer initializer,
                       uint64_t seed);

}  // namespace margay::weights
