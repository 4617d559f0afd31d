// A data set of the public surface as one of the inside, so that its pictures go the way of all others.
#pragma once

#include <memory>
#include <string>

#include "margay/core/worker_pool.h"
#include "margay/data.h"
#include "margay/data/dataset.h"

namespace margay {

/// Where pictures to measure with come from.
struct ValidationChoice {
  const Dataset* dataset = nullptr;  ///< null: what the data say themselves, or else a share
  double share = 0;
};

/// Reads from the data sets that it was made of for as long as it lives; its index outlives it, but for
/// bytes.
class IndexedData {
 public:
  /// Throws DataError or UsageError where there is nothing to train on.
  IndexedData(const Dataset& data, const ValidationChoice& validation, WorkerPool& pool);
  IndexedData(const IndexedData&) = delete;
  IndexedData& operator=(const IndexedData&) = delete;
  ~IndexedData();

  const data::Dataset& index() const { return index_; }
  /// What the data set calls the picture at this path of the index.
  std::string name_of(const std::filesystem::path& path) const;

 private:
  class Pictures;
  std::shared_ptr<Pictures> pictures_;
  data::Dataset index_;
};

}  // namespace margay
