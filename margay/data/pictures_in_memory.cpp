// Pixels become the bytes of a PPM, so that pictures of memory go the way of all others.
#include "margay/data/pictures_in_memory.h"

#include <algorithm>
#include <utility>

#include "margay/core/error.h"
#include "margay/data/content_hash.h"
#include "margay/data/dataset_builder.h"
#include "margay/data/split_names.h"

namespace margay::data {
namespace {

constexpr const char* kWhere = "data.memory";
constexpr const char* kUndivided = "all";

using Bytes = std::shared_ptr<const std::vector<uint8_t>>;

/// What PictureStore reads from, as if it were an archive.
class Memory : public archive::Archive {
 public:
  explicit Memory(std::vector<Bytes> pictures) : pictures_(std::move(pictures)) {}

  std::vector<uint8_t> read(uint32_t entry, uint64_t limit_bytes) const override {
    const std::vector<uint8_t>& bytes = *pictures_.at(entry);
    require<FormatError>(
        bytes.size() <= limit_bytes, kWhere,
        fmt::format("{} bytes are more than the {} that are read", bytes.size(), limit_bytes));
    return bytes;
  }

 private:
  std::vector<Bytes> pictures_;
};

std::vector<uint8_t> as_ppm(image::ImageView picture) {
  const std::string header = fmt::format("P6\n{} {}\n255\n", picture.width, picture.height);
  std::vector<uint8_t> bytes(header.begin(), header.end());
  bytes.insert(bytes.end(), picture.pixels, picture.pixels + picture.size_bytes());
  return bytes;
}

/// Changes when any of the pictures does, so that caches never take one set for another.
std::string name_of(const std::vector<Bytes>& pictures) {
  std::vector<uint8_t> hashes;
  for (const Bytes& bytes : pictures)
    for (const char digit : to_hex(hash_content(*bytes))) hashes.push_back(static_cast<uint8_t>(digit));
  return "memory-" + to_hex(hash_content(hashes));
}

}  // namespace

void PicturesInMemory::add(image::ImageView picture, const std::string& label, const std::string& split) {
  require(picture.pixels != nullptr && picture.width > 0 && picture.height > 0, kWhere,
          "a picture without pixels");
  const std::vector<uint8_t> bytes = as_ppm(picture);
  add_encoded(bytes, label, split);
}

void PicturesInMemory::add_encoded(std::span<const uint8_t> bytes, const std::string& label,
                                   const std::string& split) {
  require(!label.empty(), kWhere, "a picture without a label");
  const std::string known = split == kUndivided ? split : split_of_name(split);
  require(!known.empty(), kWhere, fmt::format("there is no split '{}'", split),
          "train, validation, test, or all for margay to divide");
  require(pictures_.empty() || (pictures_.front().split == kUndivided) == (known == kUndivided), kWhere,
          "some pictures have a split and others have not", "say it of all of them, or of none");
  pictures_.push_back(
      {std::make_shared<const std::vector<uint8_t>>(bytes.begin(), bytes.end()), label, known});
}

Dataset PicturesInMemory::dataset() const {
  // The store wants names that follow each other in one folder.
  std::vector<const Picture*> sorted;
  for (const Picture& picture : pictures_) sorted.push_back(&picture);
  std::ranges::stable_sort(sorted, {}, [](const Picture* picture) { return picture->label; });
  std::vector<Bytes> bytes;
  for (const Picture* picture : sorted) bytes.push_back(picture->bytes);

  Dataset dataset;
  dataset.root = name_of(bytes);
  dataset.layout = "pictures in memory";
  const auto store = std::make_shared<PictureStore>(dataset.root);
  const uint32_t memory = store->add_archive(std::make_shared<Memory>(std::move(bytes)), dataset.root);
  DatasetBuilder builder(store, Purpose::training);
  for (uint32_t i = 0; i < sorted.size(); ++i) {
    store->add_entry(fmt::format("{}/{:08}", sorted[i]->label, i + 1), memory, i);
    builder.add(sorted[i]->split, sorted[i]->label, i);
  }
  builder.finish(dataset, "there are no pictures", "add some");
  return dataset;
}

}  // namespace margay::data
