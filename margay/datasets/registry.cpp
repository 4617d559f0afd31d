// The table of published data sets.
#include "margay/datasets/registry.h"

#include <initializer_list>

#include "margay/core/error.h"
#include "margay/datasets/arrange.h"

namespace margay::datasets {

namespace {

/// A folder for each class of each split.
std::vector<ExpectedFolder> each(std::initializer_list<std::pair<const char*, size_t>> splits,
                                 std::initializer_list<const char*> classes) {
  std::vector<ExpectedFolder> folders;
  for (const auto& [split, pictures] : splits)
    for (const char* name : classes) folders.push_back({std::string(split) + "/" + name, pictures});
  return folders;
}

PublishedDataset cats_and_dogs() {
  return {
      .name = "cats-and-dogs",
      .description = "3,000 photographs of cats and dogs, 2,000 to train on and 1,000 to validate",
      .licence = "not stated; a part of the Kaggle competition Dogs vs. Cats, for learning",
      .archives = {{.file = "cats_and_dogs_filtered.zip",
                    .url = "https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
                    .max_bytes = 200'000'000}},
      .root = "cats_and_dogs_filtered",
      .folders = {{"train/cats", 1000},
                  {"train/dogs", 1000},
                  {"validation/cats", 500},
                  {"validation/dogs", 500}},
      .max_bytes = 500'000'000,
  };
}

PublishedDataset flowers() {
  return {
      .name = "flowers",
      .description = "3,670 photographs of daisies, dandelions, roses, sunflowers and tulips",
      .licence = "CC BY 2.0, each by its photographer (LICENSE.txt beside the pictures)",
      .archives = {{.file = "flower_photos.tgz",
                    .url = "https://storage.googleapis.com/download.tensorflow.org/example_images/"
                           "flower_photos.tgz",
                    .min_bytes = 150'000'000,
                    .max_bytes = 300'000'000}},
      .root = "flower_photos",
      .folders = {{"daisy", 0}, {"dandelion", 0}, {"roses", 0}, {"sunflowers", 0}, {"tulips", 0}},
      .totals = {{"", 3670}},
      .other_files = {"LICENSE.txt"},
      .max_bytes = 500'000'000,
  };
}

/// WordNet's numbers as words, and `val` as the others call it.
std::vector<std::pair<std::string, std::string>> imagenette_names() {
  const std::string root = "imagenette2-160/";
  std::vector<std::pair<std::string, std::string>> names{{root + "val", root + "validation"}};
  for (const std::string split : {"train/", "validation/"})
    for (const auto& [number, word] : {std::pair("n01440764", "tench"),
                                       {"n02102040", "english-springer"},
                                       {"n02979186", "cassette-player"},
                                       {"n03000684", "chain-saw"},
                                       {"n03028079", "church"},
                                       {"n03394916", "french-horn"},
                                       {"n03417042", "garbage-truck"},
                                       {"n03425413", "gas-pump"},
                                       {"n03445777", "golf-ball"},
                                       {"n03888257", "parachute"}})
      names.emplace_back(root + split + number, root + split + word);
  return names;
}

PublishedDataset imagenette() {
  return {
      .name = "imagenette",
      .description = "13,394 photographs of ten classes of ImageNet, 160 pixels on the shorter side",
      .licence = "Apache-2.0 for the selection; the pictures under ImageNet's terms, for research",
      .archives = {{.file = "imagenette2-160.tgz",
                    .url = "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",
                    .min_bytes = 80'000'000,
                    .max_bytes = 130'000'000}},
      .root = "imagenette2-160",
      .folders = each({{"train", 0}, {"validation", 0}},
                      {"tench", "english-springer", "cassette-player", "chain-saw", "church", "french-horn",
                       "garbage-truck", "gas-pump", "golf-ball", "parachute"}),
      .totals = {{"train", 9469}, {"validation", 3925}},
      .other_files = {"noisy_imagenette.csv"},
      .max_bytes = 500'000'000,
      .renamed = imagenette_names(),
  };
}

PublishedDataset cifar10() {
  return {
      .name = "cifar10",
      .description = "60,000 pictures of ten classes, 32 x 32 pixels, 50,000 to train on and 10,000 to test",
      .licence = "not stated; cite Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images",
      .archives = {{.file = "cifar-10-binary.tar.gz",
                    .url = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    .min_bytes = 140'000'000,
                    .max_bytes = 200'000'000}},
      .root = "cifar10",
      .folders = each({{"train", 5000}, {"test", 1000}}, {"airplane", "automobile", "bird", "cat", "deer",
                                                          "dog", "frog", "horse", "ship", "truck"}),
      .max_bytes = 400'000'000,
      .arrange = arrange_cifar,
  };
}

PublishedDataset fashion_mnist() {
  const auto archive = [](const char* file, uint64_t min_bytes, uint64_t max_bytes) {
    return PublishedArchive{std::string("fashion-mnist-") + file,
                            std::string("https://github.com/zalandoresearch/fashion-mnist/raw/master/data/"
                                        "fashion/") +
                                file,
                            min_bytes, max_bytes};
  };
  return {
      .name = "fashion-mnist",
      .description = "70,000 gray pictures of ten kinds of clothes, 28 x 28 pixels, 10,000 of them to test",
      .licence = "MIT",
      .archives = {archive("train-images-idx3-ubyte.gz", 20'000'000, 40'000'000),
                   archive("train-labels-idx1-ubyte.gz", 10'000, 100'000),
                   archive("t10k-images-idx3-ubyte.gz", 3'000'000, 8'000'000),
                   archive("t10k-labels-idx1-ubyte.gz", 1'000, 20'000)},
      .root = "fashion-mnist",
      .folders = each({{"train", 6000}, {"test", 1000}}, {"t-shirt", "trouser", "pullover", "dress", "coat",
                                                          "sandal", "shirt", "sneaker", "bag", "ankle-boot"}),
      .max_bytes = 200'000'000,
      .arrange = arrange_fashion,
  };
}

PublishedDataset eurosat() {
  return {
      .name = "eurosat",
      .description = "27,000 satellite pictures of ten kinds of land, 64 x 64 pixels",
      .licence = "MIT; made of Copernicus Sentinel data; cite Helber et al. 2019",
      .archives = {{.file = "EuroSAT_RGB.zip",
                    .url = "https://zenodo.org/records/7711810/files/EuroSAT_RGB.zip?download=1",
                    .min_bytes = 70'000'000,
                    .max_bytes = 130'000'000}},
      .root = "EuroSAT_RGB",
      .folders = {{"AnnualCrop", 3000},
                  {"Forest", 3000},
                  {"HerbaceousVegetation", 3000},
                  {"Highway", 2500},
                  {"Industrial", 2500},
                  {"Pasture", 2000},
                  {"PermanentCrop", 2500},
                  {"Residential", 3000},
                  {"River", 2500},
                  {"SeaLake", 3000}},
      .max_bytes = 400'000'000,
      .renamed = {{"2750", "EuroSAT_RGB"}},  // what the folder is called in older archives
  };
}

PublishedDataset pets() {
  return {
      .name = "oxford-iiit-pet",
      .description = "7,349 photographs of 37 breeds of cats and dogs, half of them to test",
      .licence = "CC BY-SA 4.0",
      .archives = {{.file = "oxford-iiit-pet-images.tar.gz",
                    .url = "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz",
                    .min_bytes = 600'000'000,
                    .max_bytes = 1'000'000'000},
                   {.file = "oxford-iiit-pet-annotations.tar.gz",
                    .url = "https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz",
                    .min_bytes = 5'000'000,
                    .max_bytes = 50'000'000}},
      .root = "oxford-iiit-pet",
      .folders = each({{"train", 0}, {"test", 0}}, {"Abyssinian",
                                                    "Bengal",
                                                    "Birman",
                                                    "Bombay",
                                                    "British_Shorthair",
                                                    "Egyptian_Mau",
                                                    "Maine_Coon",
                                                    "Persian",
                                                    "Ragdoll",
                                                    "Russian_Blue",
                                                    "Siamese",
                                                    "Sphynx",
                                                    "american_bulldog",
                                                    "american_pit_bull_terrier",
                                                    "basset_hound",
                                                    "beagle",
                                                    "boxer",
                                                    "chihuahua",
                                                    "english_cocker_spaniel",
                                                    "english_setter",
                                                    "german_shorthaired",
                                                    "great_pyrenees",
                                                    "havanese",
                                                    "japanese_chin",
                                                    "keeshond",
                                                    "leonberger",
                                                    "miniature_pinscher",
                                                    "newfoundland",
                                                    "pomeranian",
                                                    "pug",
                                                    "saint_bernard",
                                                    "samoyed",
                                                    "scottish_terrier",
                                                    "shiba_inu",
                                                    "staffordshire_bull_terrier",
                                                    "wheaten_terrier",
                                                    "yorkshire_terrier"}),
      .totals = {{"train", 3680}, {"test", 3669}},
      .may_be_broken = 20,
      .max_bytes = 2'000'000'000,
      .arrange = arrange_pets,
  };
}

}  // namespace

size_t PublishedDataset::pictures() const {
  size_t sum = 0;
  for (const ExpectedFolder& folder : totals.empty() ? folders : totals) sum += folder.pictures;
  return sum;
}

std::span<const PublishedDataset> published_datasets() {
  static const std::vector<PublishedDataset> kDatasets{cats_and_dogs(), flowers(), imagenette(), cifar10(),
                                                       fashion_mnist(), eurosat(), pets()};
  return kDatasets;
}

const PublishedDataset& published_dataset(std::string_view name) {
  std::vector<std::string> names;
  for (const PublishedDataset& dataset : published_datasets()) {
    if (dataset.name == name) return dataset;
    names.push_back(dataset.name);
  }
  throw UsageError("dataset", fmt::format("no published data set is called '{}'", name),
                   hint_for_name(name, names));
}

}  // namespace margay::datasets
