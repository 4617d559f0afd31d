// A CSV line per picture.
#include "margay/run/predictions.h"

#include <algorithm>
#include <map>

#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/data/table_file.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "run.predictions";

}  // namespace

std::string predictions_csv(std::span<const std::string> classes, std::span<const fs::path> paths,
                            std::span<const int> labels, std::span<const std::vector<double>> probabilities) {
  require(paths.size() == labels.size() && paths.size() == probabilities.size(), kWhere,
          fmt::format("{} paths, {} labels and probabilities of {} pictures", paths.size(), labels.size(),
                      probabilities.size()));
  std::vector<std::string> fields{"path", "label", "predicted"};
  for (const std::string& name : classes) fields.push_back("probability_" + name);
  std::string text = data::format_csv_line(fields);
  for (size_t i = 0; i < paths.size(); ++i) {
    const auto& row = probabilities[i];
    const size_t label = static_cast<size_t>(labels[i]);
    require(
        !classes.empty() && row.size() == classes.size() && label < classes.size(), kWhere,
        fmt::format("{} probabilities and label {} for {} classes", row.size(), labels[i], classes.size()));
    const auto best = std::max_element(row.begin(), row.end()) - row.begin();
    fields = {absolute_path(paths[i]).lexically_normal().string(), classes[label],
              classes[static_cast<size_t>(best)]};
    for (const double probability : row) fields.push_back(fmt::format("{}", probability));
    text += data::format_csv_line(fields);
  }
  return text;
}

std::vector<Prediction> read_predictions(const fs::path& csv) {
  std::vector<Prediction> predictions;
  std::map<std::string, size_t> lines;
  for (const data::TableRow& row : data::read_csv(csv, {"path", "label", "predicted"}, 3).rows) {
    const auto [first, is_new] = lines.emplace(row.values[0], row.line);
    require<FormatError>(is_new, kWhere,
                         fmt::format("{}, line {}: {} is in line {} too", csv.string(), row.line,
                                     row.values[0], first->second));
    predictions.push_back({.path = row.values[0], .label = row.values[1], .predicted = row.values[2]});
  }
  return predictions;
}

void recognise(std::vector<Prediction>& predictions, const RecordedData& recorded) {
  std::map<fs::path, data::ContentHash> contents;
  for (const RecordedPicture& picture : recorded.pictures())
    if (picture.content) contents.emplace(picture.path, *picture.content);
  for (Prediction& prediction : predictions) {
    const auto found = contents.find(fs::path(prediction.path).lexically_normal());
    if (found == contents.end()) continue;
    prediction.content = found->second;
    prediction.learned = recorded.has_learned(found->second);
  }
}

}  // namespace margay::run
