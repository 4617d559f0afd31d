// The table of published data sets.
#include "margay/datasets/registry.h"

#include "margay/core/error.h"

namespace margay::datasets {

size_t PublishedDataset::pictures() const {
  size_t sum = 0;
  for (const ExpectedFolder& folder : folders) sum += folder.pictures;
  return sum;
}

std::span<const PublishedDataset> published_datasets() {
  static const std::vector<PublishedDataset> kDatasets{
      {
          .name = "cats-and-dogs",
          .description = "3,000 photographs of cats and dogs, 2,000 to train on and 1,000 to validate",
          .archive = "cats_and_dogs_filtered.zip",
          .url = "https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
          .root = "cats_and_dogs_filtered",
          .folders = {{"train/cats", 1000},
                      {"train/dogs", 1000},
                      {"validation/cats", 500},
                      {"validation/dogs", 500}},
          .max_bytes = 500'000'000,
      },
  };
  return kDatasets;
}

const PublishedDataset& published_dataset(std::string_view name) {
  std::vector<std::string> names;
  for (const PublishedDataset& dataset : published_datasets()) {
    if (dataset.name == name) return dataset;
    names.push_back(dataset.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw UsageError("dataset", fmt::format("no published data set is called '{}'", name),
                   nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                   : fmt::format("did you mean '{}'?", nearest));
}

}  // namespace margay::datasets
