// Ranks by content, so that neither names nor the order of the files matter.
#include "margay/data/content_split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/data/class_names.h"
#include "margay/data/progress_counter.h"
#include "margay/image/decode.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.split";

size_t count_to_hold_back(size_t contents, double fraction) {
  if (contents < 2 || fraction <= 0) return 0;
  const auto rounded = static_cast<size_t>(std::lround(fraction * static_cast<double>(contents)));
  return std::clamp<size_t>(rounded, 1, contents - 1);
}

/// Pictures of the same content, which belongs to the first of their classes.
struct Content {
  int32_t label = 0;
  size_t begin = 0;  ///< in the order
  size_t end = 0;
};

std::vector<Content> group(std::span<const size_t> order, std::span<const ContentHash> contents,
                           std::span<const int32_t> labels) {
  std::vector<Content> groups;
  for (size_t i = 0; i < order.size(); ++i) {
    if (i > 0 && contents[order[i]] == contents[order[i - 1]])
      groups.back().end = i + 1;
    else
      groups.push_back({labels[order[i]], i, i + 1});
  }
  return groups;
}

/// Contents and places of the samples that can be read.
struct ReadSamples {
  std::vector<ContentHash> contents;
  std::vector<int32_t> labels;
  std::vector<size_t> samples;
};

ReadSamples read_samples(const Split& split, WorkerPool& pool, const ProgressObserver& progress,
                         const std::stop_token& stop) {
  const size_t n = split.samples.size();
  std::vector<ContentHash> contents(n);
  std::vector<uint8_t> readable(n);
  ProgressCounter counter(progress, {"reading, to hold pictures back", 0, n, "pictures"});
  pool.parallel_for(n, [&](size_t i) {
    require<Interrupted>(!stop.stop_requested(), kWhere, "stopped while reading pictures");
    try {
      contents[i] = hash_content(split.take(i, image::DecodeOptions{}.max_file_bytes).bytes);
      readable[i] = 1;
    } catch (const Error&) {
    }
    counter.add_one();
  });
  ReadSamples read;
  for (size_t i = 0; i < n; ++i) {
    if (readable[i] == 0) continue;
    read.contents.push_back(contents[i]);
    read.labels.push_back(split.samples[i].label);
    read.samples.push_back(i);
  }
  return read;
}

void warn_of_classes_without(const Split& validation, Dataset& dataset) {
  std::vector<size_t> counts(dataset.classes.size());
  for (const Sample& sample : validation.samples) ++counts[static_cast<size_t>(sample.label)];
  for (size_t label = 0; label < counts.size(); ++label)
    if (counts[label] == 0)
      dataset.warnings.push_back(
          fmt::format("the class {} has too few different pictures to hold one back for validation",
                      quoted_name(dataset.classes[label])));
}

}  // namespace

std::vector<bool> choose_validation(std::span<const ContentHash> contents, std::span<const int32_t> labels,
                                    double fraction) {
  std::vector<size_t> order(contents.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(contents[a], labels[a]) < std::pair(contents[b], labels[b]);
  });
  const std::vector<Content> groups = group(order, contents, labels);
  const int32_t classes = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
  std::vector<size_t> left(static_cast<size_t>(classes));
  for (const Content& content : groups) ++left[static_cast<size_t>(content.label)];
  for (size_t& count : left) count = count_to_hold_back(count, fraction);
  std::vector<bool> chosen(contents.size());
  for (const Content& content : groups) {
    size_t& count = left[static_cast<size_t>(content.label)];
    if (count == 0) continue;
    --count;
    for (size_t i = content.begin; i < content.end; ++i) chosen[order[i]] = true;
  }
  return chosen;
}

std::vector<ContentHash> reordered(std::vector<ContentHash> contents, uint64_t seed) {
  if (seed == 0) return contents;
  for (ContentHash& content : contents) {
    const std::array<uint64_t, 3> key{seed, content.high, content.low};
    content = hash_content({reinterpret_cast<const uint8_t*>(key.data()), sizeof key});
  }
  return contents;
}

Dataset split_by_content(Dataset dataset, std::optional<double> fraction, WorkerPool& pool,
                         const ProgressObserver& progress, std::stop_token stop, uint64_t seed) {
  const double share = fraction.value_or(kDefaultValidation);
  require(share >= 0 && share < 1, kWhere,
          fmt::format("a validation share of {}: expected at least 0 and less than 1", share));
  require(!fraction || !dataset.has_split("validation"), kWhere,
          fmt::format("{} has a validation split already", dataset.root.string()),
          "leave out `validation`"_worded);
  Split& whole = dataset.splits.front();
  const bool holds_back = whole.name == "all" || (fraction && whole.name == "train");
  require(holds_back || seed == 0, kWhere,
          fmt::format("a split seed, and {} is split already", dataset.root.string()),
          dataset.has_split("validation") ? "leave out `split_seed`"_worded
                                          : "`validation=0.2` holds a part back"_worded);
  if (!holds_back) return dataset;
  whole.name = "train";
  std::erase(dataset.warnings, kNoValidation);
  if (share == 0) {
    dataset.warnings.emplace_back(kNoValidation);
    return dataset;
  }
  ReadSamples read = read_samples(whole, pool, progress, stop);
  read.contents = reordered(std::move(read.contents), seed);
  const std::vector<bool> chosen = choose_validation(read.contents, read.labels, share);
  std::vector<bool> held_back(whole.samples.size());
  for (size_t i = 0; i < chosen.size(); ++i) held_back[read.samples[i]] = chosen[i];
  Split train{"train", whole.store, {}}, validation{"validation", whole.store, {}};
  for (size_t i = 0; i < held_back.size(); ++i)
    (held_back[i] ? validation : train).samples.push_back(whole.samples[i]);
  warn_of_classes_without(validation, dataset);
  dataset.splits.front() = std::move(train);
  if (validation.samples.empty()) {
    dataset.holds_none_back = true;
    dataset.warnings.emplace_back(kNoValidation);
    return dataset;
  }
  dataset.splits.insert(dataset.splits.begin() + 1, std::move(validation));
  dataset.layout += fmt::format("; {:g} % of each class held back for validation", 100 * share);
  if (seed != 0) dataset.layout += fmt::format(" (split seed {})", seed);
  return dataset;
}

}  // namespace margay::data
