// What somebody does with a model that has just been trained: use it, measure it, make it better.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "margay/analysis/diagnosis.h"

namespace margay::analysis {

/// A wish and what fulfils it.
struct NextStep {
  enum class Purpose { use, measure, improve };
  enum class Wish {
    ask_it,              ///< about a picture
    measure_validation,  ///< class by class
    measure_test,        ///< which gives the number to report
    measure_others,      ///< the same, where there is no test split
    follow_finding,      ///< what `finding` advises
    fit_published,       ///< the last layer of a network that has learned from other pictures
    train_all_layers,    ///< of such a network
  };
  Purpose purpose = Purpose::use;
  Wish wish = Wish::ask_it;
  Action action{};
  std::optional<Finding> finding{};
  int64_t fresh_pictures = 0;  ///< measure_validation: that it has not learned from, as far as is known
  bool some_learned = false;   ///< measure_validation: it has learned from others of them
  std::vector<std::string> unknown_weights{};  ///< measure_validation: nobody knows what these learned from
  int64_t download_bytes = 0;                  ///< fit_published: of the weights; 0: none, or not known
};

/// In the order of use, measure, improve. `has_test_split` says that the data has pictures that neither
/// learned nor chose anything.
std::vector<NextStep> next_steps(const Diagnosis& diagnosis, const DiagnosisContext& context,
                                 bool has_test_split);

/// "use", "measure" or "improve".
std::string_view name_of(NextStep::Purpose purpose);
/// "ask_it", ...
std::string_view name_of(NextStep::Wish wish);

}  // namespace margay::analysis
