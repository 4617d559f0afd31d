// Contents are known from decoding, so that nothing is read twice but pictures that the run does not use.
#include "margay/workflow/run_data.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <system_error>

#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/core/joined.h"
#include "margay/core/number_text.h"
#include "margay/core/sha256.h"
#include "margay/data/manifest.h"
#include "margay/image/decode.h"
#include "margay/run/data_changes.h"
#include "margay/run/record_checksums.h"
#include "margay/run/recorded_data.h"
#include "margay/weights/published.h"
#include "margay/workflow/run_files.h"

namespace margay::workflow {
namespace fs = std::filesystem;
namespace {

/// Hands over the split, the pictures of that, and the number of one of them.
template <class Receive>
void for_each_used(const train::TrainingData& data, const Receive& receive) {
  for (size_t i = 0; i < data.train.size(); ++i) receive("train", data.train, i);
  for (size_t i = 0; data.validation && i < data.validation->size(); ++i)
    receive("validation", *data.validation, i);
}

fs::path full_path(const fs::path& path) {
  return absolute_path(path).lexically_normal();
}

/// Pictures of the data set that the run's manifest does not name. What cannot be opened or read has none.
void add_unlisted(const TrainingRequest& request, const run::RecordedData& recorded,
                  std::vector<run::PresentPicture>& present) {
  std::set<fs::path> listed;
  for (const run::RecordedPicture& picture : recorded.pictures()) listed.insert(picture.path);
  try {
    const data::Dataset dataset = data::Dataset::open(request.config.source.data, request.open);
    for (const data::Split& split : dataset.splits)
      for (size_t i = 0; i < split.samples.size(); ++i) {
        const fs::path path = full_path(split.path(i));
        if (listed.contains(path) || split.store->is_missing(split.samples[i].picture)) continue;
        try {
          present.push_back(
              {path, data::hash_content(split.take(i, image::DecodeOptions{}.max_file_bytes).bytes)});
        } catch (const Error&) {
        }
      }
  } catch (const Error&) {
    // The data set is gone, or is none any more: what the manifest names tells enough.
  }
}

/// Whether a run has said what its weights come from: it began with none, with published ones, or has a
/// record of those. Those that began with others and have none are of earlier versions.
bool knows_its_weights(const run::RunDirectory& run) try {
  const std::string weights = read_run_config(run).network.weights;
  return weights.empty() || weights == weights::kImageNet || is_there(run.learned());
} catch (const Error&) {
  return false;
}

/// What the weights that a training begins with have learned from, by all runs that they have gone through.
/// It is written into the new run, which then knows it wherever those before are.
run::LearnedBefore learned_before(const recipe::Config& config) {
  const std::string& weights = config.network.weights;
  if (weights.empty() || weights == weights::kImageNet) return {};
  const run::RunDirectory base = run::RunDirectory::of_model(weights);
  const run::RecordedData recorded = run::RecordedData::read(base);
  run::LearnedBefore before{recorded.learned(), recorded.unknown_weights()};
  if (!recorded.is_known() || !knows_its_weights(base)) before.unknown_weights.push_back(weights);
  return before;
}

/// The same of the weights that the training has now.
run::LearnedBefore learned_until_now(const TrainingRequest& request) {
  if (!request.resume) return learned_before(request.config);
  const run::RecordedData recorded = run::RecordedData::read(request.directory);
  return {recorded.learned(), recorded.unknown_weights()};
}

std::vector<run::PresentPicture> present_in(const train::TrainingData& data) {
  std::vector<run::PresentPicture> present;
  for_each_used(data, [&](const char* split, const data::DecodedCache& pictures, size_t i) {
    present.push_back({full_path(pictures.path(i)), pictures.content(i),
                       data.classes[static_cast<size_t>(pictures.label(i))], split});
  });
  return present;
}

run::DataChanges changes_of(const TrainingRequest& request, const run::RecordedData& recorded) {
  std::vector<run::PresentPicture> present = present_in(*request.data);
  add_unlisted(request, recorded, present);
  return run::changes_since(recorded, present);
}

/// Somebody has edited what says which picture is of which class and split, or has lost a part of it.
[[noreturn]] void refuse_altered(const TrainingRequest& request, const std::string& record) {
  throw DataError(
      "train",
      fmt::format("{} is not as the training wrote it, so that pictures may be in another class or split",
                  (request.directory.root / record).string()),
      fmt::format(
          "put it back as it was; or train anew: {}; or go on with it as it is: the same command with "
          "--accept-changed-data",
          recipe::train_anew_command(request.config.source, request.directory.config())));
}

[[noreturn]] void refuse(const TrainingRequest& request, const run::DataChanges& changes) {
  const std::string root = request.directory.root.string();
  const std::string advice =
      request.advice_on_changes.empty()
          ? fmt::format(
                "train anew: {}; or go on with what the manifest's paths lead to now: the same command with "
                "--accept-changed-data",
                recipe::train_anew_command(request.config.source, request.directory.config()))
          : request.advice_on_changes;
  throw DataError("train",
                  fmt::format("the pictures are not those that {} began with: {}", root, changes.describe()),
                  "put them back as they were; or " + advice);
}

/// A run goes on with the labels of its manifest, whatever the table says now.
void warn_of_changed_table(const TrainingRequest& request, DataCheck& check) {
  const recipe::SourceConfig& source = request.config.source;
  const std::string hash = hash_of_table(source.data);
  if (source.table_sha256.empty() || hash.empty() || hash == source.table_sha256) return;
  check.warnings.push_back(
      fmt::format("{} has changed since {} began, which goes on with the pictures and labels of then, as its "
                  "{} has them",
                  source.data.string(), request.directory.root.string(),
                  request.directory.manifest().filename().string()));
}

/// Compares a run that goes on with what it has recorded.
void check_resumed(const TrainingRequest& request, const run::RecordedData& recorded, DataCheck& check) {
  if (!recorded.altered().empty()) {
    check.has_changed = true;
    if (!request.accept_changed_data) refuse_altered(request, recorded.altered());
    check.warnings.push_back(fmt::format("the training goes on with the {} of {} as it is now",
                                         recorded.altered(), request.directory.root.string()));
    return;
  }
  if (!recorded.is_known()) {
    check.warnings.push_back(fmt::format(
        "whether the pictures are those that {} began with is not known: its manifest has no hashes of them",
        request.directory.root.string()));
    return;
  }
  const run::DataChanges changes = changes_of(request, recorded);
  check.has_changed = !changes.empty();
  if (!check.has_changed) return;
  if (!request.accept_changed_data) refuse(request, changes);
  check.warnings.push_back(fmt::format(
      "the training goes on although pictures are not those that it began with: {}{}", changes.describe(),
      changes.added.empty() ? "" : "; it goes on without those that are new"));
}

std::set<data::ContentHash> trained_contents(const train::TrainingData& data) {
  std::set<data::ContentHash> trained;
  for (size_t i = 0; i < data.train.size(); ++i) trained.insert(data.train.content(i));
  return trained;
}

/// Validation pictures that are among `learned`, sorted contents. What is trained on besides is a copy in
/// both splits, which has a warning of its own, and no news where a run goes on.
size_t count_learned(const train::TrainingData& data, const std::vector<data::ContentHash>& learned) {
  const std::set<data::ContentHash> trained = trained_contents(data);
  size_t count = 0;
  for (size_t i = 0; i < data.validation->size(); ++i) {
    const data::ContentHash content = data.validation->content(i);
    if (std::ranges::binary_search(learned, content) && !trained.contains(content)) ++count;
  }
  return count;
}

}  // namespace

DataCheck check_data(const TrainingRequest& request) {
  DataCheck check;
  if (request.resume) {
    warn_of_changed_table(request, check);
    check_resumed(request, run::RecordedData::read(request.directory), check);
  }
  if (!request.data->validation) {
    const recipe::Config& config = request.config;
    if (config.schedule.name == recipe::ScheduleName::plateau &&
        config.training.method != recipe::Method::head)
      check.warnings.emplace_back(
          "without validation pictures the schedule plateau watches the training loss, which falls by "
          "learning "
          "by heart too: hold some back with --validation 0.2");
    return check;
  }
  const run::LearnedBefore before = learned_until_now(request);
  if (!before.unknown_weights.empty())
    check.warnings.push_back(
        fmt::format("which pictures the weights {} have learned from is not known: accuracy on such pictures "
                    "looks better "
                    "than it would on new ones",
                    joined(before.unknown_weights)));
  if (const size_t known = count_learned(*request.data, before.contents); known > 0)
    check.warnings.push_back(fmt::format(
        "{} that the weights have learned from before: accuracy on {} looks better than it would "
        "on new ones",
        part_of(static_cast<int64_t>(known), static_cast<int64_t>(request.data->validation->size()),
                "validation picture", "is one", "are ones"),
        known == 1 ? "it" : "them"));
  return check;
}

LearnedValidation learned_validation(const TrainingRequest& request) {
  const train::TrainingData& data = *request.data;
  if (!data.validation) return {};
  const run::LearnedBefore before = learned_until_now(request);
  std::set<data::ContentHash> learned = trained_contents(data);
  learned.insert(before.contents.begin(), before.contents.end());
  LearnedValidation found{0, before.unknown_weights};
  for (size_t i = 0; i < data.validation->size(); ++i)
    found.count += learned.contains(data.validation->content(i));
  return found;
}

std::string hash_of_table(const fs::path& data) try {
  std::error_code unreadable;
  const bool is_table = data::is_manifest(data) && fs::is_regular_file(data, unreadable);
  return is_table ? sha256_hex_of_file(data) : std::string();
} catch (const IoError&) {
  return {};
}

run::DataChanges changes_since_run(const run::RunDirectory& directory, const train::TrainingData& data) {
  const run::RecordedData recorded = run::RecordedData::read(directory);
  return recorded.is_known() ? run::changes_since(recorded, present_in(data)) : run::DataChanges{};
}

void write_data_record(const TrainingRequest& request, bool has_changed) {
  const run::RunDirectory& directory = request.directory;
  run::LearnedBefore learned;
  if (!request.resume) learned = learned_before(request.config);
  if (has_changed) {
    const run::RecordedData recorded = run::RecordedData::read(directory);
    learned = {recorded.learned(), recorded.unknown_weights()};
    if (!knows_its_weights(directory)) learned.unknown_weights.push_back(request.config.network.weights);
    if (!recorded.altered().empty()) learned.unknown_weights.push_back(directory.root.string());
  }
  // First: where the manifest is not written any more, too much is known and not too little.
  if (!learned.empty()) write_record(directory, directory.learned(), run::format_learned(learned));
  if (request.resume && !has_changed && run::RecordedData::read(directory).is_known()) return;
  data::ContentsByPath contents;
  for_each_used(*request.data, [&](const char*, const data::DecodedCache& pictures, size_t i) {
    contents[pictures.path(i)] = pictures.content(i);
  });
  write_record(directory, directory.manifest(), data::format_manifest(request.dataset, contents));
}

}  // namespace margay::workflow
