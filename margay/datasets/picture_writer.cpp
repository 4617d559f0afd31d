// One file after the other; the folder as a whole is flushed when it gets its name.
#include "margay/datasets/picture_writer.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/encode.h"

namespace margay::datasets {

void PictureWriter::begin(std::string split) {
  split_ = std::move(split);
  in_split_ = 0;
}

void PictureWriter::write(const std::string& class_name, image::ImageView picture) {
  constexpr const char* kWhere = "dataset.arrange";
  require<Interrupted>(!arrangement_.stop.stop_requested(), kWhere, "stopped while writing pictures");
  const std::filesystem::path folder = arrangement_.root() / split_ / class_name;
  make_folder(folder);
  const std::filesystem::path path = folder / fmt::format("{:05}.png", ++in_split_);
  const std::vector<uint8_t> bytes = image::encode_png(picture);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw io_error_from_errno(kWhere, fmt::format("cannot write {}", path.string()));
  if (arrangement_.progress)
    arrangement_.progress({"writing", ++written_, arrangement_.dataset.pictures(), "pictures"});
}

}  // namespace margay::datasets
