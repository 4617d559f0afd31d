// Decoding for training.
#include "margay/train/training_data.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "margay/core/cache_folder.h"
#include "margay/core/cpu.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/option_text.h"
#include "margay/core/unicode.h"
#include "margay/data/class_names.h"
#include "margay/data/duplicates.h"
#include "margay/data/none_usable.h"

namespace margay::train {
namespace {

/// The model file keeps the names as JSON: better to hear it before the training than after.
void require_utf8(const std::vector<std::string>& classes) {
  for (const std::string& name : classes)
    require<DataError>(is_utf8(name), "train",
                       fmt::format("the name of the class {} is not UTF-8", data::quoted_name(name)),
                       "rename the folder");
}

/// Training itself wants memory too.
uint64_t memory_for_pictures(uint64_t reserved_bytes) {
  const uint64_t available = available_memory_bytes();
  return (available - std::min(available, reserved_bytes)) / 10 * 8;
}

/// A network cannot learn what it never sees.
void require_every_class(const data::Dataset& dataset, const data::Split& split) {
  std::vector<size_t> counts(dataset.classes.size());
  for (const data::Sample& sample : split.samples) ++counts[static_cast<size_t>(sample.label)];
  for (size_t label = 0; label < counts.size(); ++label) {
    if (counts[label] > 0) continue;
    const std::string& name = dataset.classes[label];
    const std::string alike = data::look_alike_of(name, dataset.classes);
    throw DataError(
        "train", fmt::format("the class '{}' has no pictures to train on, only others to check with", name),
        alike.empty() ? "add some to train, or take its folder out of the other splits"
                      : fmt::format("is it the class {}? They differ {}", data::quoted_name(alike),
                                    describe_difference(name, alike)));
  }
}

void require_few_broken(const std::vector<data::SkippedFile>& skipped, size_t usable) {
  constexpr size_t kListed = 50;
  if (skipped.size() * 10 <= skipped.size() + usable) return;
  std::string list;
  for (size_t i = 0; i < std::min(skipped.size(), kListed); ++i)
    list += fmt::format("\n  {}: {}", skipped[i].path.string(), skipped[i].reason);
  if (skipped.size() > kListed) list += fmt::format("\n  and {} more", skipped.size() - kListed);
  throw DataError("train",
                  fmt::format("{} of the {} {}, more than a tenth:{}\n", skipped.size(),
                              counted(static_cast<int64_t>(skipped.size() + usable), "picture"),
                              data::describe_faults(skipped), list),
                  "mend them or take them out of the data, or go on without them with `allow_broken`"_worded);
}

/// A sentence for each class whose pictures are all broken. Those that have none in the split are told of
/// already.
std::vector<std::string> broken_classes(const data::DecodedCache& cache, const data::Split& split,
                                        const std::vector<std::string>& classes) {
  std::vector<size_t> found(classes.size()), decoded(classes.size());
  for (const data::Sample& sample : split.samples) ++found[static_cast<size_t>(sample.label)];
  for (size_t i = 0; i < cache.size(); ++i) ++decoded[static_cast<size_t>(cache.label(i))];
  std::vector<std::string> sentences;
  for (size_t label = 0; label < found.size(); ++label)
    if (found[label] > 0 && decoded[label] == 0)
      sentences.push_back(data::none_usable(
          found[label],
          fmt::format("that {} has of the class {}", split.name, data::quoted_name(classes[label]))));
  return sentences;
}

/// Of what is left, too: however many broken pictures are allowed, a class needs one that is not.
void require_decoded_classes(const data::DecodedCache& cache, const data::Split& split,
                             const std::vector<std::string>& classes) {
  const std::vector<std::string> sentences = broken_classes(cache, split, classes);
  if (sentences.empty()) return;
  throw DataError(
      "train", fmt::format("{}", fmt::join(sentences, "; ")),
      "mend its pictures, or take its folder out of all splits; `inspect` says what is wrong with them"_worded);
}

void warn_of_duplicates(TrainingData& data) {
  const data::DecodedCache* caches[] = {&data.train, data.validation ? &*data.validation : nullptr};
  std::vector<data::PlacedPicture> pictures;
  for (uint32_t split = 0; split < 2 && caches[split] != nullptr; ++split)
    for (uint32_t i = 0; i < caches[split]->size(); ++i)
      pictures.push_back({caches[split]->content(i), split, caches[split]->label(i), i});
  const auto path_of = [&](const data::PlacedPicture& picture) {
    return caches[picture.split]->path(picture.number);
  };
  for (std::string& warning : data::warnings_about_copies(data::find_copies(std::move(pictures)),
                                                          {"train", "validation"}, data.classes, path_of))
    data.warnings.push_back(std::move(warning));
}

/// Where pixels go that are more than the memory for them; nowhere, and no home folder is needed, where none
/// are.
std::filesystem::path packed_folder(const data::Split& split, const image::Preprocess& spec,
                                    uint64_t memory_bytes) {
  const uint64_t picture_bytes =
      uint64_t{3} * static_cast<uint64_t>(spec.width) * static_cast<uint64_t>(spec.height);
  const bool all_fit = split.samples.size() <= memory_bytes / picture_bytes;
  return all_fit ? std::filesystem::path() : cache_folder() / "packed";
}

}  // namespace

TrainingData TrainingData::load(const data::Dataset& dataset, const image::Preprocess& spec, WorkerPool& pool,
                                const LoadOptions& options) {
  require<DataError>(dataset.has_split("train"), "train",
                     fmt::format("{} has no folder 'train'", dataset.root.string()),
                     "put the pictures into train/CLASS/ and validation/CLASS/, a folder per class");
  require<DataError>(
      dataset.classes.size() >= 2, "train",
      fmt::format("{} has {} class; expected at least 2", dataset.root.string(), dataset.classes.size()));
  require_utf8(dataset.classes);
  require_every_class(dataset, dataset.split("train"));
  uint64_t memory_bytes = options.memory_bytes.value_or(memory_for_pictures(options.reserved_bytes));
  const auto build = [&](std::string_view split) {
    const data::Split& pictures = dataset.split(split);
    data::DecodedCache cache = data::DecodedCache::build(
        pictures, spec, pool,
        {options.progress, options.stop, memory_bytes, packed_folder(pictures, spec, memory_bytes)});
    memory_bytes -= cache.memory_bytes();
    return cache;
  };
  TrainingData made{dataset.classes, build("train"), {}, {}};
  if (dataset.has_split("validation")) made.validation = build("validation");
  if (options.broken == ManyBroken::refuse)
    require_few_broken(made.skipped(), made.train.size() + (made.validation ? made.validation->size() : 0));
  require_decoded_classes(made.train, dataset.split("train"), dataset.classes);
  if (made.validation)
    made.warnings = broken_classes(*made.validation, dataset.split("validation"), dataset.classes);
  warn_of_duplicates(made);
  return made;
}

std::vector<data::SkippedFile> TrainingData::skipped() const {
  std::vector<data::SkippedFile> files = train.skipped();
  if (validation) files.insert(files.end(), validation->skipped().begin(), validation->skipped().end());
  return files;
}

std::vector<data::NotedFile> TrainingData::noted() const {
  std::vector<data::NotedFile> files = train.noted();
  if (validation) files.insert(files.end(), validation->noted().begin(), validation->noted().end());
  return files;
}

}  // namespace margay::train
