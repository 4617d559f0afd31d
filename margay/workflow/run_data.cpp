// Contents are known from decoding, so that nothing is read twice but pictures that the run does not use.
#include "margay/workflow/run_data.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/data/manifest.h"
#include "margay/image/decode.h"
#include "margay/report/shell_word.h"
#include "margay/run/data_changes.h"
#include "margay/run/recorded_data.h"

namespace margay::workflow {
namespace fs = std::filesystem;
namespace {

template <class Receive>
void for_each_used(const train::TrainingData& data, const Receive& receive) {
  for (const data::DecodedCache* cache : {&data.train, data.validation ? &*data.validation : nullptr})
    for (size_t i = 0; cache != nullptr && i < cache->size(); ++i) receive(cache->path(i), cache->content(i));
}

fs::path full_path(const fs::path& path) {
  return fs::absolute(path).lexically_normal();
}

/// Pictures of the data set that the run's manifest does not name. What cannot be opened or read has none.
void add_unlisted(const fs::path& source, const run::RecordedData& recorded,
                  std::vector<run::PresentPicture>& present) {
  std::set<fs::path> listed;
  for (const run::RecordedPicture& picture : recorded.pictures()) listed.insert(picture.path);
  try {
    const data::Dataset dataset = data::Dataset::open(source);
    for (const data::Split& split : dataset.splits)
      for (size_t i = 0; i < split.samples.size(); ++i) {
        const fs::path path = full_path(split.path(i));
        if (listed.contains(path) || split.store->is_missing(split.samples[i].picture)) continue;
        try {
          present.push_back({path, data::hash_content(split.read(i, image::DecodeOptions{}.max_file_bytes))});
        } catch (const Error&) {
        }
      }
  } catch (const Error&) {
    // The data set is gone, or is none any more: what the manifest names tells enough.
  }
}

/// Whether the pictures of another run's weights are known.
std::vector<data::ContentHash> learned_before(const recipe::Config& config) {
  if (config.network.weights.empty()) return {};
  return run::RecordedData::read(run::RunDirectory::of_model(config.network.weights)).learned();
}

}  // namespace

std::string accepted_changes(const TrainingRequest& request) {
  if (!request.resume) return {};
  const run::RecordedData recorded = run::RecordedData::read(request.directory);
  if (!recorded.is_known()) return {};
  std::vector<run::PresentPicture> present;
  for_each_used(*request.data, [&](const fs::path& path, const data::ContentHash& content) {
    present.push_back({full_path(path), content});
  });
  add_unlisted(request.config.source.data, recorded, present);
  const run::DataChanges changes = run::changes_since(recorded, present);
  if (changes.empty() || request.accept_changed_data) return changes.describe();
  const std::string root = report::shell_word(request.directory.root.string());
  throw DataError(
      "train",
      fmt::format("the pictures are not those that {} began with: {}", request.directory.root.string(),
                  changes.describe()),
      fmt::format(
          "put them back as they were; or train anew: margay train {} --recipe {} --out OTHER; or go on "
          "with what the manifest's paths lead to now: margay train --resume {} --accept-changed-data",
          report::shell_word(request.config.source.data.string()),
          report::shell_word(request.directory.config().string()), root));
}

void write_data_record(const TrainingRequest& request, bool changed) {
  const run::RunDirectory& directory = request.directory;
  std::vector<data::ContentHash> learned;
  if (!request.resume) learned = learned_before(request.config);
  if (changed) learned = run::RecordedData::read(directory).learned();
  // First: where the manifest is not written any more, too much is known and not too little.
  if (!learned.empty()) write_file_atomically(directory.learned(), run::format_learned(learned));
  if (request.resume && !changed && run::RecordedData::read(directory).is_known()) return;
  data::ContentsByPath contents;
  for_each_used(*request.data,
                [&](const fs::path& path, const data::ContentHash& content) { contents[path] = content; });
  write_file_atomically(directory.manifest(), data::format_manifest(request.dataset, contents));
}

}  // namespace margay::workflow
