// Decodes in parallel, one row of facts per picture, then adds the rows up in order.
#include "margay/data/inspection.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/json_name.h"
#include "margay/data/content_hash.h"
#include "margay/data/duplicates.h"
#include "margay/data/fit_file.h"
#include "margay/data/progress_counter.h"
#include "margay/image/decode.h"
#include "margay/image/pixel_share.h"

namespace margay::data {
namespace {

/// What one file turned out to be.
struct FileFacts {
  std::string reason;  ///< empty when it decodes
  SkipCause cause = SkipCause::broken;
  std::string format;
  PictureFacts picture;
  uint64_t bytes = 0;
  bool partial = false;
  bool converted = false;
  std::string note;
  ContentHash content;
};

/// Of Pillow's weights, not rounded pixel by pixel.
float mean_luma(const image::Image& picture) {
  uint64_t red = 0, green = 0, blue = 0;
  for (size_t i = 0; i + 2 < picture.pixels.size(); i += 3)
    red += picture.pixels[i], green += picture.pixels[i + 1], blue += picture.pixels[i + 2];
  const double sum = 0.299 * static_cast<double>(red) + 0.587 * static_cast<double>(green) +
                     0.114 * static_cast<double>(blue);
  return static_cast<float>(sum / (255.0 * static_cast<double>(picture.pixels.size() / 3)));
}

/// All samples of all splits, in order, with the split that they are in.
struct Row {
  uint32_t split = 0;   ///< number of the split
  uint32_t sample = 0;  ///< in the split
  int32_t label = 0;
};

FileFacts facts_of(const Split& split, const Row& row) {
  FileFacts facts;
  try {
    const EncodedPicture encoded = split.take(row.sample, image::DecodeOptions{}.max_file_bytes);
    const std::vector<uint8_t>& bytes = encoded.bytes;
    facts.content = hash_content(bytes);
    const image::PixelShare share(image::probe(bytes));
    image::Decoded decoded = image::decode_with_facts(bytes);
    facts.format = image::name_of(decoded.info.format);
    facts.picture = {row.split,
                     row.sample,
                     decoded.picture.width,
                     decoded.picture.height,
                     mean_luma(decoded.picture),
                     decoded.info.orientation != 1};
    facts.bytes = bytes.size();
    facts.partial = decoded.partial;
    facts.converted = decoded.profile == image::ProfileUse::converted;
    facts.note = std::move(decoded.note);
  } catch (const std::exception& error) {
    facts.reason = skip_reason(error, split.path(row.sample));
    facts.cause = skip_cause(error);
  }
  return facts;
}

template <class Number>
Spread<Number> spread_of(std::vector<Number> numbers) {
  if (numbers.empty()) return {};
  std::sort(numbers.begin(), numbers.end());
  return {numbers.front(), numbers[(numbers.size() - 1) / 2], numbers.back()};
}

std::vector<Row> rows_of(const Dataset& dataset) {
  std::vector<Row> rows;
  for (uint32_t split = 0; split < dataset.splits.size(); ++split) {
    const std::vector<Sample>& samples = dataset.splits[split].samples;
    for (uint32_t i = 0; i < samples.size(); ++i) rows.push_back({split, i, samples[i].label});
  }
  return rows;
}

Inspection empty_inspection(const Dataset& dataset) {
  Inspection inspection;
  inspection.root = dataset.root;
  inspection.layout = dataset.layout;
  inspection.classes = dataset.classes;
  inspection.left_out = dataset.left_out;
  inspection.warnings = dataset.warnings;
  const size_t classes = dataset.classes.size();
  for (const Split& split : dataset.splits)
    inspection.splits.push_back({split.name, std::vector<size_t>(classes), std::vector<size_t>(classes)});
  return inspection;
}

void compare_contents(const Dataset& dataset, const std::vector<Row>& rows,
                      const std::vector<FileFacts>& facts, Inspection& inspection) {
  std::vector<PlacedPicture> pictures;
  for (size_t i = 0; i < rows.size(); ++i)
    if (facts[i].reason.empty())
      pictures.push_back(
          {facts[i].content, rows[i].split, rows[i].label, static_cast<uint32_t>(pictures.size())});
  inspection.copies = find_copies(std::move(pictures));
  std::vector<std::string> splits;
  for (const Split& split : dataset.splits) splits.push_back(split.name);
  const auto path_of = [&](const PlacedPicture& picture) {
    return dataset.splits[picture.split].path(inspection.pictures[picture.number].sample);
  };
  for (std::string& warning : warnings_about_copies(inspection.copies, splits, dataset.classes, path_of))
    inspection.warnings.push_back(std::move(warning));
}

void add_up(const Dataset& dataset, const std::vector<Row>& rows, const std::vector<FileFacts>& facts,
            Inspection& inspection) {
  std::vector<int> widths, heights;
  std::vector<double> aspects, brightness;
  for (size_t i = 0; i < rows.size(); ++i) {
    const FileFacts& file = facts[i];
    const PictureFacts& picture = file.picture;
    InspectedSplit& counts = inspection.splits[rows[i].split];
    const auto label = static_cast<size_t>(rows[i].label);
    if (!file.reason.empty()) {
      ++counts.skipped[label];
      inspection.skipped.push_back(
          {dataset.splits[rows[i].split].path(rows[i].sample), file.reason, file.cause});
      continue;
    }
    ++counts.usable[label];
    inspection.pictures.push_back(picture);
    ++inspection.formats[file.format];
    inspection.total_bytes += file.bytes;
    inspection.turned += picture.turned ? 1 : 0;
    inspection.partial += file.partial ? 1 : 0;
    inspection.converted += file.converted ? 1 : 0;
    if (!file.note.empty())
      inspection.noted.push_back({dataset.splits[rows[i].split].path(rows[i].sample), file.note});
    widths.push_back(picture.width);
    heights.push_back(picture.height);
    aspects.push_back(static_cast<double>(picture.width) / picture.height);
    brightness.push_back(static_cast<double>(picture.brightness));
  }
  inspection.width = spread_of(std::move(widths));
  inspection.height = spread_of(std::move(heights));
  inspection.aspect = spread_of(std::move(aspects));
  inspection.brightness = spread_of(std::move(brightness));
}

template <class Number>
Json json_of(const Spread<Number>& spread) {
  return {{"min", spread.min}, {"median", spread.median}, {"max", spread.max}};
}

Json json_of(const InspectedSplit& split, const std::vector<std::string>& classes) {
  Json by_class = Json::object();
  for (size_t i = 0; i < classes.size(); ++i)
    by_class[classes[i]] = {{"pictures", split.usable[i]}, {"skipped", split.skipped[i]}};
  return {{"pictures", std::accumulate(split.usable.begin(), split.usable.end(), size_t{0})},
          {"skipped", std::accumulate(split.skipped.begin(), split.skipped.end(), size_t{0})},
          {"classes", std::move(by_class)}};
}

}  // namespace

std::filesystem::path Inspection::shown_path(const std::filesystem::path& path) const {
  const std::filesystem::path relative = path.lexically_relative(root);
  return relative.empty() || *relative.begin() == ".." ? path : relative;
}

size_t Inspection::redundant() const {
  size_t count = 0;
  for (const Copies& same : copies) count += same.size() - 1;
  return count;
}

Json Inspection::to_json() const {
  Json json{{"root", root.string()},
            {"layout", layout},
            {"classes", classes},
            {"pictures", usable()},
            {"splits", Json::object()}};
  for (const InspectedSplit& split : splits) json["splits"][split.name] = json_of(split, classes);
  json["formats"] = formats;
  json["width"] = json_of(width);
  json["height"] = json_of(height);
  json["aspect"] = json_of(aspect);
  json["brightness"] = json_of(brightness);
  json["total_bytes"] = total_bytes;
  json["turned"] = turned;
  json["partial"] = partial;
  json["converted"] = converted;
  json["redundant"] = redundant();
  json["ignored"] = left_out.counts();
  json["skipped"] = Json::array();
  for (const SkippedFile& file : skipped)
    json["skipped"].push_back(with_path(file.path.string(), {{"reason", file.reason}}));
  json["left_out"] = Json::array();
  for (const LeftOutEntry& entry : left_out.entries())
    json["left_out"].push_back(with_path(entry.name, {{"reason", entry.reason}}));
  json["noted"] = Json::array();
  for (const NotedFile& file : noted)
    json["noted"].push_back(with_path(file.path.string(), {{"note", file.note}}));
  json["warnings"] = warnings;
  return json;
}

Inspection inspect(const Dataset& dataset, WorkerPool& pool, const ProgressObserver& progress,
                   std::stop_token stop) {
  const std::vector<Row> rows = rows_of(dataset);
  std::vector<FileFacts> facts(rows.size());
  ProgressCounter counter(progress, {"inspecting", 0, rows.size(), "pictures"});
  pool.parallel_for(rows.size(), [&](size_t i) {
    require<Interrupted>(!stop.stop_requested(), "data.inspection", "stopped while decoding pictures");
    facts[i] = facts_of(dataset.splits[rows[i].split], rows[i]);
    counter.add_one();
  });
  Inspection inspection = empty_inspection(dataset);
  add_up(dataset, rows, facts, inspection);
  compare_contents(dataset, rows, facts, inspection);
  return inspection;
}

}  // namespace margay::data
