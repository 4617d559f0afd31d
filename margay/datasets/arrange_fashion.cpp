// Fashion-MNIST's IDX files: a magic, extents as big-endian numbers, then bytes.
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "margay/archive/gzip_file.h"
#include "margay/core/error.h"
#include "margay/datasets/arrange.h"
#include "margay/datasets/picture_writer.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 10> kClasses{"t-shirt", "trouser", "pullover", "dress", "coat",
                                                    "sandal",  "shirt",   "sneaker",  "bag",   "ankle-boot"};
constexpr uint32_t kLabels = 0x00000801, kPictures = 0x00000803;  // unsigned bytes in 1 or 3 dimensions

/// An IDX file of bytes.
class IdxFile {
 public:
  IdxFile(const fs::path& path, uint32_t magic)
      : where_(path.string()), bytes_(archive::read_gzip_file(path, uint64_t{1} << 30)) {
    const size_t dimensions = magic & 0xff;
    require<FormatError>(bytes_.size() >= 4 * (1 + dimensions) && number(0) == magic, where_,
                         "the header is not that of an IDX file of this kind");
    uint64_t size = 1;
    for (size_t i = 0; i < dimensions; ++i) {
      extents_[i] = number(1 + i);
      require<FormatError>(extents_[i] > 0 && extents_[i] <= 100'000'000 / size, where_,
                           fmt::format("extent {} is {}", i + 1, extents_[i]));
      size *= extents_[i];
    }
    begin_ = 4 * (1 + dimensions);
    require<FormatError>(bytes_.size() == begin_ + size, where_,
                         fmt::format("{} bytes, the header says {}", bytes_.size(), begin_ + size));
  }

  uint32_t extent(size_t i) const { return extents_[i]; }
  std::span<const uint8_t> values() const { return std::span(bytes_).subspan(begin_); }
  const std::string& where() const { return where_; }

 private:
  uint32_t number(size_t i) const {
    const uint8_t* at = bytes_.data() + 4 * i;
    return static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 |
           static_cast<uint32_t>(at[2]) << 8 | at[3];
  }

  std::string where_;
  std::vector<uint8_t> bytes_;
  std::array<uint32_t, 3> extents_{};
  size_t begin_ = 0;
};

void write_split(const fs::path& pictures_path, const fs::path& labels_path, PictureWriter& writer) {
  const IdxFile pictures(pictures_path, kPictures), labels(labels_path, kLabels);
  require<FormatError>(pictures.extent(0) == labels.extent(0), labels.where(),
                       fmt::format("{} labels for {} pictures", labels.extent(0), pictures.extent(0)));
  image::Image picture(static_cast<int>(pictures.extent(2)), static_cast<int>(pictures.extent(1)));
  const size_t size = picture.pixels.size() / 3;
  for (size_t n = 0; n < labels.values().size(); ++n) {
    const uint8_t label = labels.values()[n];
    require<FormatError>(label < kClasses.size(), labels.where(),
                         fmt::format("class {}, expected 0 to {}", label, kClasses.size() - 1));
    for (size_t i = 0; i < picture.pixels.size(); ++i)
      picture.pixels[i] = pictures.values()[n * size + i / 3];
    writer.write(std::string(kClasses[label]), picture);
  }
}

}  // namespace

void arrange_fashion(const Arrangement& arrangement) {
  PictureWriter writer(arrangement);
  for (const auto& [split, first] : {std::pair("train", size_t{0}), {"test", size_t{2}}}) {
    writer.begin(split);
    write_split(arrangement.archives.at(first), arrangement.archives.at(first + 1), writer);
  }
}

}  // namespace margay::datasets
