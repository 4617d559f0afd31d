// How the exceptions of margay are thrown and told: what their messages are put together with.
#pragma once

#include <fmt/format.h>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "margay/core/errors.h"

namespace margay {

/// Throws `E{where, problem, hint}` unless `condition` holds.
template <class E = UsageError>
void require(bool condition, std::string_view where, std::string_view problem, std::string_view hint = {}) {
  if (!condition) throw E(where, problem, hint);
}

/// An IoError that ends with the text of `errno`, for calls of the operating system.
IoError io_error_from_errno(std::string_view where, std::string_view problem);

/// The message less the "[where] " that margay's errors begin with, to be told inside another message or a
/// table.
std::string reason_of(const std::exception& error);

/// The entry of `known` nearest to `word` by edit distance, for "did you mean"; empty if none is near.
template <class Names>
std::string nearest_name(std::string_view word, const Names& known);

/// The hint of every error about a name that is not known: "did you mean 'train'?" where one of `known` is
/// near, else `otherwise`.
template <class Names>
std::string hint_for_name(std::string_view word, const Names& known, std::string otherwise);
/// The same, which otherwise lists them: "known are top, leaf, path".
template <class Names>
std::string hint_for_name(std::string_view word, const Names& known);

/// Number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, no letter
/// being changed twice.
size_t edit_distance(std::string_view a, std::string_view b);

template <class Names>
std::string nearest_name(std::string_view word, const Names& known) {
  std::string best;
  size_t best_distance = word.size() / 2 + 1;
  for (const auto& name : known) {
    const size_t distance = edit_distance(word, name);
    if (distance < best_distance) best = std::string(name), best_distance = distance;
  }
  return best;
}

template <class Names>
std::string hint_for_name(std::string_view word, const Names& known, std::string otherwise) {
  const std::string nearest = nearest_name(word, known);
  return nearest.empty() ? std::move(otherwise) : fmt::format("did you mean '{}'?", nearest);
}

template <class Names>
std::string hint_for_name(std::string_view word, const Names& known) {
  return hint_for_name(word, known, fmt::format("known are {}", fmt::join(known, ", ")));
}

}  // namespace margay
