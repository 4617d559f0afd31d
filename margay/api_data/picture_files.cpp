// Folders, archives and tables as data sets of the public surface.
#include <memory>
#include <utility>

#include "margay/core/error.h"
#include "margay/data.h"
#include "margay/data/dataset.h"
#include "margay/image/decode.h"

namespace margay {

/// Some pictures of an index that all copies share.
struct PictureFiles::Files {
  struct Place {
    uint32_t split, sample;
  };

  explicit Files(std::shared_ptr<const data::Dataset> opened) : index(std::move(opened)) {}

  void add_split(size_t split) {
    for (uint32_t i = 0; i < index->splits[split].samples.size(); ++i)
      places.push_back({static_cast<uint32_t>(split), i});
  }
  const data::Split& split(size_t i) const { return index->splits[places.at(i).split]; }
  const std::string& label(size_t i) const {
    return index->classes[static_cast<size_t>(split(i).samples[places[i].sample].label)];
  }

  std::shared_ptr<const data::Dataset> index;
  std::vector<Place> places;
};

namespace {

data::OpenOptions open_options(const PictureFilesOptions& options) {
  data::OpenOptions made;
  if (!options.labels.empty()) made.labels = data::labels_from_text(options.labels);
  made.label_pattern = options.label_pattern;
  made.table.path_column = options.path_column;
  made.table.label_column = options.label_column;
  made.table.split_column = options.split_column;
  return made;
}

}  // namespace

PictureFiles::PictureFiles(const std::string& path, const PictureFilesOptions& options)
    : files_(new Files(
          std::make_shared<const data::Dataset>(data::Dataset::open(path, open_options(options))))) {
  for (size_t split = 0; split < files_->index->splits.size(); ++split) files_->add_split(split);
}
PictureFiles::PictureFiles(Files* files) : files_(files) {}
PictureFiles::~PictureFiles() {
  delete files_;
}
PictureFiles::PictureFiles(const PictureFiles& other) : files_(new Files(*other.files_)) {}
PictureFiles& PictureFiles::operator=(const PictureFiles& other) {
  *files_ = *other.files_;
  return *this;
}

std::vector<std::string> PictureFiles::splits() const {
  std::vector<std::string> names;
  for (const data::Split& split : files_->index->splits) names.push_back(split.name);
  return names;
}
bool PictureFiles::has_split(const std::string& name) const {
  return files_->index->has_split(name);
}
PictureFiles PictureFiles::split(const std::string& name) const {
  const data::Split& wanted = files_->index->split(name);
  auto files = std::make_unique<Files>(files_->index);
  files->add_split(static_cast<size_t>(&wanted - files_->index->splits.data()));
  return PictureFiles(files.release());
}

size_t PictureFiles::size() const {
  return files_->places.size();
}
Example PictureFiles::get(size_t i) const {
  const data::Split& split = files_->split(i);
  return {.picture = {},
          .label = files_->label(i),
          .encoded = split.read(files_->places[i].sample, image::DecodeOptions{}.max_file_bytes)};
}
std::string PictureFiles::label(size_t i) const {
  return files_->label(i);
}
std::string PictureFiles::split_of(size_t i) const {
  const std::string& name = files_->split(i).name;
  return name == "all" ? std::string() : name;
}
std::string PictureFiles::name(size_t i) const {
  return files_->split(i).path(files_->places[i].sample).string();
}
std::vector<std::string> PictureFiles::warnings() const {
  return files_->index->warnings;
}

}  // namespace margay
