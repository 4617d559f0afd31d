// Puts labelled pictures together to a data set, whatever said what they show.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "margay/data/dataset.h"
#include "margay/data/purpose.h"

namespace margay::data {

/// Collects pictures by split and class, in the order in which they are added.
class DatasetBuilder {
 public:
  DatasetBuilder(std::shared_ptr<const PictureStore> store, Purpose purpose)
      : store_(std::move(store)), purpose_(purpose) {}

  /// A split, or a class in it, that is known of though it may be without pictures.
  void expect(const std::string& split);
  void expect(const std::string& split, const std::string& label);
  /// A picture of the store.
  void add(const std::string& split, const std::string& label, uint32_t picture);

  /// Fills in classes and splits, and warns where a class or a split lacks pictures. Throws DataError, with
  /// `hint`, when no class has pictures, where `found` says what there is instead, or, for a training, only
  /// one.
  void finish(Dataset& dataset, const std::string& found, const std::string& hint);

 private:
  using PicturesByClass = std::map<std::string, std::vector<uint32_t>>;
  std::vector<std::string> take_classes(Dataset& dataset) const;
  Split make_split(const std::string& name, const std::vector<std::string>& classes) const;
  bool has_folders_in(const std::string& name) const;
  void warn(const std::string& split, const PicturesByClass& found, Dataset& dataset) const;
  void warn_before_training(Dataset& dataset) const;

  std::shared_ptr<const PictureStore> store_;
  Purpose purpose_;
  std::map<std::string, PicturesByClass> splits_;
};

}  // namespace margay::data
