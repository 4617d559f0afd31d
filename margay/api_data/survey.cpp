// Looks at every picture once.
#include "margay/api_data/survey.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "margay/core/error.h"
#include "margay/data/content_split.h"

namespace margay {
namespace {

constexpr const char* kWhere = "data";

std::vector<int32_t> numbers_of(const std::vector<std::string>& labels) {
  std::vector<std::string> classes = labels;
  std::ranges::sort(classes);
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  std::vector<int32_t> numbers;
  for (const std::string& label : labels)
    numbers.push_back(static_cast<int32_t>(std::ranges::lower_bound(classes, label) - classes.begin()));
  return numbers;
}

}  // namespace

std::vector<uint8_t> bytes_of(Example&& example) {
  if (!example.encoded.empty()) return std::move(example.encoded);
  const Image& picture = example.picture;
  require(picture.width > 0 && picture.height > 0 && picture.pixels.size() == ImageView(picture).size_bytes(),
          kWhere,
          fmt::format("{} bytes for a picture of {} x {} pixels", picture.pixels.size(), picture.width,
                      picture.height));
  const std::string header = fmt::format("P6\n{} {}\n255\n", picture.width, picture.height);
  std::vector<uint8_t> bytes(header.begin(), header.end());
  bytes.insert(bytes.end(), picture.pixels.begin(), picture.pixels.end());
  return bytes;
}

Survey survey(const Dataset& dataset, WorkerPool& pool) {
  Survey found{std::vector<std::string>(dataset.size()),
               std::vector<std::optional<data::ContentHash>>(dataset.size())};
  pool.parallel_for(dataset.size(), [&](size_t i) {
    try {
      Example example = dataset.get(i);
      found.labels[i] = example.label;
      found.contents[i] = data::hash_content(bytes_of(std::move(example)));
    } catch (const std::exception&) {  // it is told of when it is decoded
      if (found.labels[i].empty()) found.labels[i] = dataset.label(i);
    }
    require(!found.labels[i].empty(), kWhere, fmt::format("{} has no label", dataset.name(i)));
  });
  return found;
}

std::vector<bool> choose_held_back(const Survey& survey, double share, uint64_t seed) {
  require(share >= 0 && share < 1, kWhere,
          fmt::format("a validation share of {}: expected at least 0 and less than 1", share));
  const std::vector<int32_t> labels = numbers_of(survey.labels);
  std::vector<data::ContentHash> known;
  std::vector<int32_t> labels_of_known;
  std::vector<size_t> numbers;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (!survey.contents[i]) continue;
    known.push_back(*survey.contents[i]);
    labels_of_known.push_back(labels[i]);
    numbers.push_back(i);
  }
  const std::vector<bool> chosen =
      data::choose_validation(data::reordered(std::move(known), seed), labels_of_known, share);
  std::vector<bool> held_back(labels.size());
  for (size_t i = 0; i < chosen.size(); ++i) held_back[numbers[i]] = chosen[i];
  return held_back;
}

}  // namespace margay
