// CIFAR-10's binary version.
#include <algorithm>
#include <array>
#include <string_view>

#include "margay/archive/unpack.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/datasets/arrange.h"
#include "margay/datasets/picture_writer.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr int kSide = 32;
constexpr size_t kPlane = kSide * kSide;
constexpr size_t kRecord = 1 + 3 * kPlane;
constexpr std::array<std::string_view, 10> kClasses{"airplane", "automobile", "bird",  "cat",  "deer",
                                                    "dog",      "frog",       "horse", "ship", "truck"};

void write_batch(const fs::path& path, PictureWriter& writer) {
  const std::vector<uint8_t> bytes = read_file(path, uint64_t{1} << 30);
  require<FormatError>(!bytes.empty() && bytes.size() % kRecord == 0, path.string(),
                       fmt::format("{} bytes, expected records of {}", bytes.size(), kRecord));
  image::Image picture(kSide, kSide);
  for (size_t record = 0; record < bytes.size(); record += kRecord) {
    const uint8_t label = bytes[record];
    require<FormatError>(label < kClasses.size(), path.string(),
                         fmt::format("class {}, expected 0 to {}", label, kClasses.size() - 1));
    for (size_t i = 0; i < kPlane; ++i)
      for (size_t channel = 0; channel < 3; ++channel)
        picture.pixels[3 * i + channel] = bytes[record + 1 + channel * kPlane + i];
    writer.write(std::string(kClasses[label]), picture);
  }
}

std::vector<fs::path> batches_below(const fs::path& folder, std::string_view prefix) {
  std::vector<fs::path> batches;
  for (const fs::path& path : entries_below(folder)) {
    const std::string name = path.filename().string();
    if (name.starts_with(prefix) && name.ends_with(".bin")) batches.push_back(path);
  }
  std::ranges::sort(batches);
  return batches;
}

}  // namespace

void arrange_cifar(const Arrangement& arrangement) {
  const fs::path unpacked = arrangement.folder / "unpacked";
  make_folder(unpacked);
  archive::unpack(arrangement.archives.front(), unpacked,
                  {.max_entries = 100, .max_bytes = arrangement.dataset.max_bytes}, arrangement.progress,
                  arrangement.stop);
  PictureWriter writer(arrangement);
  for (const auto& [split, prefix] : {std::pair("train", "data_batch_"), {"test", "test_batch"}}) {
    writer.begin(split);
    for (const fs::path& batch : batches_below(unpacked, prefix)) write_batch(batch, writer);
  }
  remove_tree(unpacked);
}

}  // namespace margay::datasets
