// A comparison of runs as JSON.
#include <cmath>

#include "margay/analysis/run_comparison.h"

namespace margay::analysis {
namespace {

/// JSON has no NaN.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json to_json(const RunResult& result) {
  return {{"name", result.name},
          {"path", result.path},
          {"epochs", result.epochs},
          {"accuracy", number(result.accuracy)},
          {"loss", number(result.loss)},
          {"val_accuracy", number(result.val_accuracy)},
          {"val_loss", number(result.val_loss)},
          {"kept_epoch", result.kept_epoch},
          {"kept_val_accuracy", number(result.kept_val_accuracy)},
          {"interval", result.interval ? Json{result.interval->low, result.interval->high} : Json(nullptr)},
          {"images_per_second", number(result.images_per_second)},
          {"training_seconds", number(result.training_s)}};
}

}  // namespace

std::string_view name_of(ComparisonNote::Kind kind) {
  switch (kind) {
    case ComparisonNote::Kind::no_predictions:
      return "no_predictions";
    case ComparisonNote::Kind::other_pictures:
      return "other_pictures";
    case ComparisonNote::Kind::learned:
      return "learned";
    case ComparisonNote::Kind::unknown_weights:
      return "unknown_weights";
  }
  return "unknown";
}

Json RunComparison::to_json() const {
  Json document{{"runs", Json::array()}, {"differences", Json::object()}, {"tests", Json::array()}};
  for (const RunResult& result : results) document["runs"].push_back(analysis::to_json(result));
  for (const ConfigDifference& difference : differences)
    document["differences"][difference.key] = difference.values;
  for (const PairTest& test : tests)
    document["tests"].push_back({{"better", results[test.better].name},
                                 {"other", results[test.other].name},
                                 {"pictures", test.pictures},
                                 {"only_better_right", test.only_better},
                                 {"only_other_right", test.only_other},
                                 {"p_value", test.p_value},
                                 {"corrected_p_value", test.corrected_p_value},
                                 {"significant", test.significant()}});
  document["note_codes"] = Json::array();
  for (const ComparisonNote& note : notes) document["note_codes"].push_back(name_of(note.kind));
  return document;
}

}  // namespace margay::analysis
