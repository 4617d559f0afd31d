// What margay decided by itself, and why: nobody has asked for it, but it changes what comes out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/core/json.h"

namespace margay::analysis {

/// Why something was decided so. Behind each is what `fields` has.
enum class DecisionCode {
  recorded,         ///< by whoever made the request, as a sentence
  equal_classes,    ///< pictures of each class
  similar_classes,  ///< largest class, its pictures, smallest class, its pictures, ratio from which on they
                    ///< count as unequal
  class_weights,    ///< largest class, its pictures, smallest class, its pictures
  features_once,    ///< nothing
  no_cuda,          ///< nothing
  cuda,             ///< nothing
  fast_bfloat16,    ///< nothing
  no_bfloat16,      ///< nothing
  all_threads,      ///< nothing
  long_warm_up,     ///< epochs of the training, a warm-up that leaves it time to fall, in epochs
  head_strength,    ///< strengths that were tried
  budget_plan,      ///< seconds, images per second, network (may be empty), epochs (0: less than one)
  budget_best_network,    ///< pictures, seconds
  budget_lesser_network,  ///< pictures, seconds
  budget_size,   ///< width, height and sizes that are trained at, width and height asked for, pictures,
                 ///< seconds
  budget_steps,  ///< batches of a step, pictures, pictures of a step asked for
};

/// "class_weights", ...
std::string_view name_of(DecisionCode code);

/// One decision.
struct Decision {
  std::string setting;   ///< "class weights"
  std::string value;     ///< "on"
  std::string reason{};  ///< where the code is `recorded`: a sentence without a full stop
  DecisionCode code = DecisionCode::recorded;
  std::vector<std::string> fields{};  ///< numbers and names of the reason, in the order of the code
};

/// Reads a list of objects with setting, value, reason and, where the reason has a code, code and fields.
/// Throws FormatError that names `where`.
std::vector<Decision> decisions_from_json(const Json& list, std::string_view where);

}  // namespace margay::analysis
