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
#include "margay/core/option_text.h"
#include "margay/core/sha256.h"
#include "margay/data/manifest.h"
#include "margay/image/decode.h"
#include "margay/run/data_changes.h"
#include "margay/run/data_record.h"
#include "margay/run/recorded_data.h"
#include "margay/run/used_pictures.h"
#include "margay/workflow/train_anew.h"

namespace margay::workflow {
namespace fs = std::filesystem;
namespace {

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

run::UsedPictures used_by(const train::TrainingData& data) {
  return {data.classes, data.train, data.validation ? &*data.validation : nullptr};
}

run::LearnedBefore learned_until_now(const TrainingRequest& request) {
  return run::learned_until_now(request.directory, request.config.network, request.resume);
}

run::DataChanges changes_of(const TrainingRequest& request, const run::RecordedData& recorded) {
  std::vector<run::PresentPicture> present = run::present_in(used_by(*request.data));
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
          "put it back as it was; or train anew{}; or go on with it as it is: the same command with {}",
          way_to_train_anew(request), option_text("accept_changed_data")));
}

[[noreturn]] void refuse(const TrainingRequest& request, const run::DataChanges& changes) {
  const std::string root = request.directory.root.string();
  const std::string advice =
      request.advice_on_changes.empty()
          ? fmt::format(
                "train anew{}; or go on with what the manifest's paths lead to now: the same command with {}",
                way_to_train_anew(request), option_text("accept_changed_data"))
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

/// Validation pictures that the weights have learned from before. What is trained on besides is a copy in
/// both splits, which has a warning of its own, and no news where a run goes on.
int64_t count_learned(const train::TrainingData& data, const std::vector<data::ContentHash>& learned) {
  const std::vector<data::ContentHash> trained = run::trained_contents(used_by(data));
  std::vector<data::ContentHash> before;
  std::ranges::set_difference(learned, trained, std::back_inserter(before));
  return run::count_validation_among(used_by(data), before);
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
          "by heart too: hold some back with `validation=0.2`"_worded);
    return check;
  }
  const run::LearnedBefore before = learned_until_now(request);
  if (!before.unknown_weights.empty())
    check.warnings.push_back(
        fmt::format("which pictures the weights {} have learned from is not known: accuracy on such pictures "
                    "looks better "
                    "than it would on new ones",
                    joined(before.unknown_weights)));
  if (const int64_t known = count_learned(*request.data, before.contents); known > 0)
    check.warnings.push_back(
        fmt::format("{} that the weights have learned from before: accuracy on {} looks better than it would "
                    "on new ones",
                    part_of(known, static_cast<int64_t>(request.data->validation->size()),
                            "validation picture", "is one", "are ones"),
                    known == 1 ? "it" : "them"));
  return check;
}

LearnedValidation learned_validation(const TrainingRequest& request) {
  if (!request.data->validation) return {};
  const run::UsedPictures used = used_by(*request.data);
  const run::LearnedBefore before = learned_until_now(request);
  std::vector<data::ContentHash> learned;
  std::ranges::set_union(before.contents, run::trained_contents(used), std::back_inserter(learned));
  return {run::count_validation_among(used, learned), before.unknown_weights};
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
  return recorded.is_known() ? run::changes_since(recorded, run::present_in(used_by(data)))
                             : run::DataChanges{};
}

void write_data_record(const TrainingRequest& request, bool has_changed) {
  using enum run::DataRecord;
  run::write_data_record(request.directory, request.config.network, request.dataset, used_by(*request.data),
                         has_changed      ? changed
                         : request.resume ? kept
                                          : begun);
}

}  // namespace margay::workflow
