// The exceptions of margay: every message says where, what was found against what was expected, and a hint.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace margay {

/// The root of everything that margay throws on purpose. `what()` is "[where] problem Hint: hint", with the
/// names in it as `printable_message` makes them and `abbreviated`.
class Error : public std::runtime_error {
 public:
  Error(std::string_view where, std::string_view problem, std::string_view hint = {});

  /// Exit status of a program that ends with this error; never 0.
  virtual int exit_code() const noexcept { return 1; }
  /// HTTP status of a response that reports this error.
  virtual int http_status() const noexcept { return 500; }
};

/// The caller asked for something that makes no sense: a wrong option, an unknown name.
class UsageError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 2; }
  int http_status() const noexcept override { return 400; }
};

/// The data set as a whole cannot be used: no classes, no pictures, a missing split.
class DataError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 3; }
  int http_status() const noexcept override { return 422; }
};

/// Bytes that do not follow their format: a broken picture, a truncated header, malformed JSON.
class FormatError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 4; }
  int http_status() const noexcept override { return 415; }
};

/// A network or model that is inconsistent: shapes that do not fit, missing parameters.
class ModelError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 5; }
  int http_status() const noexcept override { return 422; }
};

/// The system refused: no such file, no permission, disk full, connection failed.
class IoError : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 6; }
  int http_status() const noexcept override { return 500; }
};

/// The user asked to stop (Ctrl-C) and the work ended early in good order.
class Interrupted : public Error {
 public:
  using Error::Error;
  int exit_code() const noexcept override { return 130; }
  int http_status() const noexcept override { return 503; }
};

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
