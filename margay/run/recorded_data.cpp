// Reads manifest.csv and learned.csv of a run.
#include "margay/run/recorded_data.h"

#include <algorithm>

#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/data/table_file.h"
#include "margay/run/output_folder.h"
#include "margay/run/record_checksums.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

data::ContentHash content_in(const fs::path& path, size_t line, const std::string& text) {
  const auto content = data::content_from_hex(text);
  require<FormatError>(
      content.has_value(), "run.data",
      fmt::format("{}, line {}: the hash '{}' is not 32 hexadecimal digits", path.string(), line, text),
      "it is what sha256sum begins with");
  return *content;
}

void sort_and_keep_one(std::vector<data::ContentHash>& contents) {
  std::ranges::sort(contents);
  contents.erase(std::unique(contents.begin(), contents.end()), contents.end());
}

}  // namespace

void RecordedData::read_manifest(const fs::path& path) {
  for (const data::TableRow& row : data::read_csv(path, {"path", "split", "label", "hash"}, 1).rows) {
    const std::string &split = row.values[1], &hash = row.values[3];
    RecordedPicture picture{fs::path(row.values[0]).lexically_normal(), split, row.values[2], {}};
    if (!hash.empty()) {
      picture.content = content_in(path, row.line, hash);
      known_ = true;
      if (split == "train") learned_.push_back(*picture.content);
      if (split == "validation") validation_.push_back(*picture.content);
    }
    pictures_.push_back(std::move(picture));
  }
}

/// Each line has one of the two; files of earlier versions have no second column.
void RecordedData::read_learned(const fs::path& path) {
  for (const data::TableRow& row : data::read_csv(path, {"hash", "unknown_weights"}, 0).rows) {
    const std::string &hash = row.values[0], &weights = row.values[1];
    if (weights.empty())
      learned_.push_back(content_in(path, row.line, hash));
    else
      unknown_weights_.push_back(weights);
  }
}

RecordedData RecordedData::read(const RunDirectory& directory) {
  RecordedData data;
  if (!is_run(directory.root)) return data;  // somebody's own folder, whose tables are no run's
  if (is_file(directory.manifest())) data.read_manifest(directory.manifest());
  if (is_file(directory.learned())) data.read_learned(directory.learned());
  sort_and_keep_one(data.learned_);
  sort_and_keep_one(data.validation_);
  data.altered_ = altered_record(directory);
  return data;
}

bool RecordedData::has_learned(const data::ContentHash& content) const {
  return std::ranges::binary_search(learned_, content);
}

bool RecordedData::has_validated(const data::ContentHash& content) const {
  return std::ranges::binary_search(validation_, content);
}

size_t RecordedData::fresh_validation_pictures() const {
  return static_cast<size_t>(std::ranges::count_if(
      validation_, [&](const data::ContentHash& content) { return !has_learned(content); }));
}

std::string format_learned(const LearnedBefore& before) {
  std::vector<std::string> names{"hash"};
  if (!before.unknown_weights.empty()) names.emplace_back("unknown_weights");
  std::string text = data::format_csv_line(names);
  for (const data::ContentHash& content : before.contents) {
    std::vector<std::string> fields{data::to_hex(content)};
    fields.resize(names.size());
    text += data::format_csv_line(fields);
  }
  for (const std::string& weights : before.unknown_weights) text += data::format_csv_line({"", weights});
  return text;
}

}  // namespace margay::run
