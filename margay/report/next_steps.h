// What somebody does with a model that has just been trained: use it, measure it, make it better.
#pragma once

#include <string>
#include <vector>

#include "margay/core/json.h"
#include "margay/report/diagnosis.h"

namespace margay::report {

/// A wish and the command that fulfils it.
struct NextStep {
  enum class Purpose { use, measure, improve };
  Purpose purpose = Purpose::use;
  std::string text;     ///< one or two sentences
  std::string command;  ///< to copy into a shell
};

/// In the order of use, measure, improve. `has_test_split` says that the data has pictures that neither
/// learned nor chose anything.
std::vector<NextStep> next_steps(const Diagnosis& diagnosis, const DiagnosisContext& context,
                                 bool has_test_split);

/// "use", "measure" or "improve".
std::string_view name_of(NextStep::Purpose purpose);

/// A list of objects with purpose, text and command.
Json to_json(const std::vector<NextStep>& steps);

/// For the terminal, wrapped at 100 columns; empty for none.
std::string format_next_steps(const std::vector<NextStep>& steps);

}  // namespace margay::report
