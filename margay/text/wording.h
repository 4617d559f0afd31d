// How a reader is spoken to: in which language, and by what he can do what is advised.
#pragma once

#include <string>
#include <string_view>

#include "margay/analysis/action.h"
#include "margay/text/language.h"

namespace margay::text {

/// Things that a program does, named in a sentence.
enum class Tool {
  range_test,          ///< measures learning rates
  holding_back,        ///< a training that splits its data itself
  training,            ///< of whatever data
  inspection_as_json,  ///< all that an inspection finds, for programs
};

/// As it is, for a reader who has no command line: settings by their keys, and no commands. A program that
/// has some makes a child of it. All functions may be called by several threads.
class Wording {
 public:
  explicit Wording(Language language = Language::english) : language_(language) {}
  virtual ~Wording() = default;

  Language language() const { return language_; }
  /// The line, or whatever else, that does an action; empty: none.
  virtual std::string command(const analysis::Action&) const { return {}; }
  /// A setting, with a value where it has one: "optimizer.clip_norm = 1".
  virtual std::string setting(std::string_view key, std::string_view value = {}) const;
  /// "a range test"
  virtual std::string tool(Tool tool) const;

 private:
  Language language_;
};

/// English without commands; it lives as long as the program.
const Wording& plain_english();

}  // namespace margay::text
