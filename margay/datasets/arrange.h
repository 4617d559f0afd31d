// From the files that a data set is published as to a folder per split and class.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "margay/core/progress.h"
#include "margay/datasets/registry.h"

namespace margay::datasets {

/// What is there, and where pictures go.
struct Arrangement {
  const PublishedDataset& dataset;
  std::vector<std::filesystem::path> archives;  ///< on this machine, in the order of the data set
  std::filesystem::path folder;                 ///< empty; gets `dataset.root`
  const ProgressObserver& progress;
  const std::stop_token& stop;

  std::filesystem::path root() const { return folder / dataset.root; }
};

/// Unpacks one archive that holds the folders already, and renames what is to be renamed. Hidden files that a
/// Mac leaves are removed. Throws what archive::unpack throws.
void unpack_folders(const Arrangement& arrangement);

/// CIFAR's batches of records, a byte for the class and 32 x 32 pixels in planes of red, green and blue,
/// become PNGs: those of test_batch.bin in test/, the others in train/. Throws FormatError for other sizes
/// and classes.
void arrange_cifar(const Arrangement& arrangement);

/// Fashion-MNIST's four gzipped IDX files (pictures and labels to train, the same to test) become PNGs.
/// Throws FormatError for what is no such file.
void arrange_fashion(const Arrangement& arrangement);

/// The Oxford-IIIT pets: pictures whose names begin with their breed, and lists of those to train
/// (trainval.txt) and to test. Pictures in neither list are left out. Throws FormatError for a list without
/// pictures.
void arrange_pets(const Arrangement& arrangement);

}  // namespace margay::datasets
