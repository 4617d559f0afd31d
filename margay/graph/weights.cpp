// First values of parameters, and the check that weights belong to a graph.
#include "margay/graph/weights.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "margay/core/error.h"
#include "margay/core/finite.h"
#include "margay/core/random.h"
#include "margay/graph/operator.h"

namespace margay::graph {
namespace {

struct InitializerName {
  Initializer initializer;
  std::string_view name;
};
constexpr InitializerName kInitializers[] = {{Initializer::glorot_uniform, "glorot_uniform"},
                                             {Initializer::he_normal, "he_normal"},
                                             {Initializer::narrow_normal, "narrow_normal"}};
constexpr double kNarrowDeviation = 0.02;

void draw_normal(std::vector<float>& values, double deviation, Random random) {
  for (float& value : values) value = static_cast<float>(deviation * random.normal());
}

void draw_weight(std::vector<float>& values, const ParameterSpec& spec, Initializer initializer,
                 Random random) {
  switch (initializer) {
    case Initializer::glorot_uniform: {
      const double bound = std::sqrt(6.0 / static_cast<double>(spec.fan_in + spec.fan_out));
      for (float& value : values) value = static_cast<float>(random.uniform(-bound, bound));
      return;
    }
    case Initializer::he_normal: {
      const bool is_linear = spec.shape.size() == 2;
      const auto fan = static_cast<double>(is_linear ? spec.fan_in : spec.fan_out);
      return draw_normal(values, std::sqrt(2.0 / fan), random);
    }
    case Initializer::narrow_normal:
      return draw_normal(values, kNarrowDeviation, random);
  }
}

void draw(std::vector<float>& values, const ParameterSpec& spec, Initializer initializer, Random random) {
  switch (spec.init) {
    case Init::weight:
      return draw_weight(values, spec, initializer, random);
    case Init::zeros:
      return;
    case Init::ones:
      return values.assign(values.size(), 1.0f);
    case Init::constant:
      return values.assign(values.size(), static_cast<float>(spec.init_value));
    case Init::normal:
      return draw_normal(values, spec.init_value, random);
  }
}

/// At most a handful of names, so that a message about a wrong file stays readable.
std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 10;
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, names.size()));
  std::string text = fmt::format("{}", fmt::join(names.begin(), end, ", "));
  if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
  return text;
}

void append_problem(std::string& problems, std::string_view what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (!problems.empty()) problems += "; ";
  problems += fmt::format("{}: {}", what, some_of(names));
}

}  // namespace

std::string_view name_of(Initializer initializer) {
  for (const auto& row : kInitializers)
    if (row.initializer == initializer) return row.name;
  return {};
}

Initializer initializer_from_name(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& row : kInitializers) {
    if (row.name == name) return row.initializer;
    names.push_back(row.name);
  }
  throw UsageError("initializer", fmt::format("there is no initializer '{}'", name),
                   hint_for_name(name, names));
}

Weights initialize(const Graph& graph, Initializer initializer, uint64_t seed) {
  Weights weights;
  for (const GraphParameter& parameter : parameters_of(graph)) {
    const ParameterSpec& spec = parameter.spec;
    Tensor tensor{spec.shape, std::vector<float>(element_count(spec.shape))};
    draw(tensor.values, spec, initializer, Random{hash_text("initialize"), seed, hash_text(parameter.name)});
    weights.emplace(parameter.name, std::move(tensor));
  }
  return weights;
}

void require_finite(const Weights& weights, std::string_view where) {
  for (const auto& [name, tensor] : weights)
    require<ModelError>(all_finite(tensor.values), where,
                        fmt::format("{} has values that are infinite or NaN", name),
                        "the weights are damaged, or the training that made them went out of bounds: take "
                        "others");
}

void check_weights(const Graph& graph, const Weights& weights, std::string_view where) {
  std::vector<std::string> missing, misshapen, extra;
  std::set<std::string> known;
  for (const GraphParameter& parameter : parameters_of(graph)) {
    known.insert(parameter.name);
    const auto found = weights.find(parameter.name);
    if (found == weights.end()) {
      missing.push_back(parameter.name);
    } else if (found->second.shape != parameter.spec.shape ||
               found->second.values.size() != static_cast<size_t>(element_count(parameter.spec.shape))) {
      misshapen.push_back(fmt::format("{} is {}, expected {}", parameter.name, to_string(found->second.shape),
                                      to_string(parameter.spec.shape)));
    }
  }
  for (const auto& [name, tensor] : weights)
    if (!known.contains(name)) extra.push_back(name);

  std::string problems;
  append_problem(problems, "missing parameters", missing);
  append_problem(problems, "parameters of the wrong shape", misshapen);
  append_problem(problems, "parameters that the network does not have", extra);
  require<ModelError>(problems.empty(), where, problems, "these weights belong to another network");
}

}  // namespace margay::graph
