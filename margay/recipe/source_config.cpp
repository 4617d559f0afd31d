// Options of the command line as keys of a table, and back.
#include "margay/recipe/source_config.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "margay/recipe/document_reader.h"

namespace margay::recipe {
namespace {

/// A text by its key and by its option.
struct TextOption {
  const char* key;
  const char* option;
  std::string ReadingConfig::*value;
};

constexpr std::array kTextOptions{
    TextOption{"labels", "--labels", &ReadingConfig::labels},
    TextOption{"label_pattern", "--label-pattern", &ReadingConfig::label_pattern},
    TextOption{"path_column", "--path-column", &ReadingConfig::path_column},
    TextOption{"label_column", "--label-column", &ReadingConfig::label_column},
    TextOption{"split_column", "--split-column", &ReadingConfig::split_column},
    TextOption{"root", "--root", &ReadingConfig::root},
    TextOption{"max_megapixels", "--max-megapixels", &ReadingConfig::max_megapixels}};

constexpr double kMostHeldBack = 0.99;

ReadingConfig read_reading(DocumentReader table) {
  ReadingConfig reading;
  for (const TextOption& text : kTextOptions) table.read(text.key, reading.*text.value);
  if (table.find("suffix") != nullptr) table.read("suffix", reading.suffix.emplace());
  table.read("follow_links", reading.follow_links);
  if (table.find("validation") != nullptr)
    table.read("validation", reading.validation.emplace(), 0.0, kMostHeldBack);
  table.read("allow_broken", reading.allow_broken);
  table.finish();
  return reading;
}

Json to_json(const ReadingConfig& reading) {
  Json json = Json::object();
  for (const TextOption& text : kTextOptions)
    if (const std::string& value = reading.*text.value; !value.empty()) json[text.key] = value;
  if (reading.suffix) json["suffix"] = *reading.suffix;
  if (reading.follow_links) json["follow_links"] = true;
  if (reading.validation) json["validation"] = *reading.validation;
  if (reading.allow_broken) json["allow_broken"] = true;
  return json;
}

void append(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
}

}  // namespace

SourceConfig read_source(DocumentReader source) {
  SourceConfig config;
  std::string data;
  source.read("recipe", config.recipe);
  source.read("data", data);
  config.data = data;
  source.read("classes", config.classes);
  source.read("weights_sha256", config.weights_sha256);
  source.read("table_sha256", config.table_sha256);
  source.read("split_seed", config.split_seed);
  config.reading = read_reading(source.table("reading"));
  source.finish();
  return config;
}

Json to_json(const SourceConfig& source) {
  Json json = {{"recipe", source.recipe}, {"data", source.data.string()}, {"classes", source.classes}};
  if (!source.weights_sha256.empty()) json["weights_sha256"] = source.weights_sha256;
  if (!source.table_sha256.empty()) json["table_sha256"] = source.table_sha256;
  if (source.split_seed != 0) json["split_seed"] = source.split_seed;
  if (Json reading = to_json(source.reading); !reading.empty()) json["reading"] = std::move(reading);
  return json;
}

std::vector<std::string> data_words(const ReadingConfig& reading) {
  std::vector<std::string> words;
  for (const TextOption& text : kTextOptions)
    if (const std::string& value = reading.*text.value; !value.empty()) append(words, {text.option, value});
  if (reading.suffix) append(words, {"--suffix", *reading.suffix});
  if (reading.follow_links) words.emplace_back("--follow-links");
  return words;
}

std::vector<std::string> manifest_words(const ReadingConfig& reading) {
  if (reading.max_megapixels.empty()) return {};
  return {"--max-megapixels", reading.max_megapixels};
}

std::vector<std::string> split_words(const SourceConfig& source) {
  const ReadingConfig& reading = source.reading;
  std::vector<std::string> words;
  if (reading.validation) append(words, {"--validation", fmt::format("{}", *reading.validation)});
  if (source.split_seed != 0) append(words, {"--split-seed", fmt::format("{}", source.split_seed)});
  if (reading.allow_broken) words.emplace_back("--allow-broken");
  return words;
}

}  // namespace margay::recipe
