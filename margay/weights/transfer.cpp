// The head is what depends on the classes; all else must fit.
#include "margay/weights/transfer.h"

#include <algorithm>

#include "margay/core/random.h"
#include "margay/core/sha256.h"
#include "margay/graph/operator.h"
#include "margay/model/model.h"
#include "margay/weights/imagenet_classes.h"
#include "margay/weights/published.h"
#include "margay/weights/read_weights.h"

namespace margay::weights {
namespace {

/// Those that the outputs stood for when the weights were made; nothing where no one says.
std::optional<std::vector<std::string>> classes_of_weights(const std::filesystem::path& file,
                                                           std::string_view name) {
  if (name == kImageNet)
    return std::vector<std::string>(imagenet_classes().begin(), imagenet_classes().end());
  return is_safetensors(file) ? model::find_classes(file) : std::nullopt;
}

/// "cats, dogs, and 3 more"
std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kShown = 4;
  const size_t shown = names.size() > kShown + 1 ? kShown : names.size();
  std::string text =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), ", "));
  return shown == names.size() ? text : fmt::format("{}, and {} more", text, names.size() - shown);
}

}  // namespace

std::vector<std::string> head_parameters(const graph::Graph& graph) {
  const std::vector<graph::GraphParameter> parameters = graph::parameters_of(graph);
  std::vector<std::string> names;
  for (const graph::GraphParameter& parameter : parameters)
    if (parameter.node == parameters.back().node) names.push_back(parameter.name);
  return names;
}

Transfer transfer(const graph::Graph& graph, graph::Weights pretrained, const graph::Weights& initial,
                  std::string_view where, FittingHead kept) {
  Transfer result;
  const std::vector<std::string> head = head_parameters(graph);
  const bool head_fits =
      kept == FittingHead::taken && std::all_of(head.begin(), head.end(), [&](const std::string& name) {
        const auto found = pretrained.find(name);
        return found != pretrained.end() && found->second.shape == initial.at(name).shape;
      });
  if (!head_fits) {
    result.fresh = head;
    for (const std::string& name : head) pretrained.insert_or_assign(name, initial.at(name));
  }
  graph::check_weights(graph, pretrained, where);
  graph::require_finite(pretrained, where);
  for (const graph::GraphParameter& parameter : graph::parameters_of(graph))
    if (std::find(result.fresh.begin(), result.fresh.end(), parameter.name) == result.fresh.end())
      result.taken.push_back(parameter.name);
  result.weights = std::move(pretrained);
  return result;
}

Transfer transfer_file(const graph::Graph& graph, const std::filesystem::path& file, std::string_view name,
                       const std::vector<std::string>& classes, graph::Initializer initializer,
                       uint64_t seed) {
  const auto their_classes = classes_of_weights(file, name);
  const bool differ = their_classes && *their_classes != classes;
  const bool is_trained_by_margay = their_classes && name != kImageNet;
  const uint64_t head_seed =
      is_trained_by_margay ? hash_key({seed, hash_text(sha256_hex_of_file(file))}) : seed;
  Transfer result = transfer(graph, read_weights(file), graph::initialize(graph, initializer, head_seed),
                             file.string(), differ ? FittingHead::fresh : FittingHead::taken);
  if (!result.fresh.empty())
    result.about_head = differ ? fmt::format("the weights are for other classes ({})", listed(*their_classes))
                               : "the weights have no head that fits";
  else if (!their_classes)
    result.about_head = "the file does not name its classes: its head is taken as one for these";
  return result;
}

}  // namespace margay::weights
