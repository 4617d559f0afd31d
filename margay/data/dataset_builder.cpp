// Classes come from pictures: one without any is named and left out.
#include "margay/data/dataset_builder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/option_text.h"
#include "margay/data/class_names.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.dataset";

int rank_of(std::string_view split) {
  return split == "train" ? 0 : split == "validation" ? 1 : split == "test" ? 2 : 3;
}

}  // namespace

void DatasetBuilder::expect(const std::string& split) {
  splits_[split];
}

void DatasetBuilder::expect(const std::string& split, const std::string& label) {
  splits_[split][label];
}

void DatasetBuilder::add(const std::string& split, const std::string& label, uint32_t picture) {
  splits_[split][label].push_back(picture);
}

std::vector<std::string> DatasetBuilder::take_classes(Dataset& dataset) const {
  std::set<std::string> known, with_pictures;
  for (const auto& [split, classes] : splits_)
    for (const auto& [label, pictures] : classes) {
      known.insert(label);
      if (!pictures.empty()) with_pictures.insert(label);
    }
  for (const std::string& label : known)
    if (!with_pictures.contains(label))
      dataset.warnings.push_back(
          fmt::format("the class {} has no pictures at all and is left out", quoted_name(label)));
  return {with_pictures.begin(), with_pictures.end()};
}

void DatasetBuilder::warn(const std::string& split, const PicturesByClass& found, Dataset& dataset) const {
  for (const std::string& label : dataset.classes) {
    const auto pictures = found.find(label);
    if (pictures == found.end())
      dataset.warnings.push_back(fmt::format("the class {} is missing from {}", quoted_name(label), split));
    else if (pictures->second.empty())
      dataset.warnings.push_back(
          fmt::format("the class {} has no pictures in {}", quoted_name(label), split));
  }
}

Split DatasetBuilder::make_split(const std::string& name, const std::vector<std::string>& classes) const {
  Split split{name, store_, {}};
  const PicturesByClass& by_class = splits_.at(name);
  for (size_t label = 0; label < classes.size(); ++label) {
    const auto found = by_class.find(classes[label]);
    if (found == by_class.end()) continue;
    for (const uint32_t picture : found->second)
      split.samples.push_back({picture, static_cast<int32_t>(label)});
  }
  split.samples.shrink_to_fit();
  return split;
}

/// Of what would harm a training. A model has its classes already, and is measured on what there is of them.
void DatasetBuilder::warn_before_training(Dataset& dataset) const {
  for (const Split& split : dataset.splits) warn(split.name, splits_.at(split.name), dataset);
  for (std::string& warning : warnings_about_class_names(dataset.classes))
    dataset.warnings.push_back(std::move(warning));
  if (dataset.has_split("train") && !dataset.has_split("validation"))
    dataset.warnings.emplace_back(kNoValidation);
}

/// Whether the pictures of a class lie in folders of their own in its folder, as in images/cats/1.jpg.
bool DatasetBuilder::has_folders_in(const std::string& name) const {
  std::set<std::filesystem::path> folders;
  for (const auto& [split, by_class] : splits_)
    if (const auto found = by_class.find(name); found != by_class.end())
      for (const uint32_t picture : found->second) folders.insert(store_->path(picture).parent_path());
  return folders.size() > 1 &&
         std::ranges::none_of(folders, [&](const auto& folder) { return folder.filename() == name; });
}

void DatasetBuilder::finish(Dataset& dataset, const std::string& found, const std::string& hint) {
  dataset.classes = take_classes(dataset);
  for (const std::string& name : dataset.classes)
    if (const std::string fault = fault_of_class_name(name); !fault.empty())
      throw DataError(
          kWhere,
          fmt::format("{}: the name of the class {} {}", dataset.root.string(), quoted_name(name), fault),
          "rename it");
  require<DataError>(!dataset.classes.empty(), kWhere, found, hint);
  require<DataError>(dataset.classes.size() > 1 || purpose_ == Purpose::measuring, kWhere,
                     fmt::format("{} has pictures of one class only, {}, and a classifier needs at least two",
                                 dataset.root.string(), quoted_name(dataset.classes.front())),
                     has_folders_in(dataset.classes.front())
                         ? "where the folders in it are the classes, say `labels=leaf`"_worded
                         : hint);
  std::vector<std::string> names;
  for (const auto& [name, classes] : splits_) names.push_back(name);
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return rank_of(a) < rank_of(b); });
  for (const std::string& name : names) {
    Split split = make_split(name, dataset.classes);
    if (split.samples.empty()) {
      dataset.warnings.push_back(fmt::format("{} has no pictures of any class and is left out", name));
      continue;
    }
    dataset.splits.push_back(std::move(split));
  }
  if (purpose_ == Purpose::training) warn_before_training(dataset);
}

}  // namespace margay::data
