// Numbers the pictures, names them after what is in them, and hands out their bytes when they are asked for.
#include "margay/api_data/index.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "margay/api_data/survey.h"
#include "margay/core/error.h"
#include "margay/data/dataset_builder.h"

namespace margay {
namespace {

constexpr const char* kWhere = "data";

void append(const Survey& survey, std::vector<uint8_t>& hashes) {
  for (const auto& content : survey.contents)
    for (const char digit : content ? data::to_hex(*content) : std::string("-"))
      hashes.push_back(static_cast<uint8_t>(digit));
}

/// Where each picture belongs; nothing for those of another split.
std::vector<std::string> splits_of(const Dataset& data, const Survey& survey,
                                   const ValidationChoice& choice) {
  std::vector<std::string> splits(data.size(), "train");
  if (choice.dataset != nullptr) return splits;
  bool is_divided = false;
  for (size_t i = 0; i < data.size(); ++i) {
    const std::string said = data.split_of(i);
    is_divided = is_divided || !said.empty();
    if (!said.empty()) splits[i] = said;
  }
  if (is_divided || choice.share == 0) return splits;
  const std::vector<bool> held_back = choose_held_back(survey, choice.share, 0);
  for (size_t i = 0; i < data.size(); ++i)
    if (held_back[i]) splits[i] = "validation";
  return splits;
}

}  // namespace

/// What a store reads from, as if it were an archive: the pictures of the data, then those to measure with.
class IndexedData::Pictures : public archive::Archive {
 public:
  Pictures(const Dataset& data, const Dataset* validation) : data_(&data), validation_(validation) {}

  std::vector<uint8_t> read(uint32_t entry, uint64_t limit_bytes) const override {
    require<IoError>(data_ != nullptr, kWhere, "the data set is gone");
    std::vector<uint8_t> bytes =
        bytes_of(entry < data_->size() ? data_->get(entry) : validation_->get(entry - data_->size()));
    require<FormatError>(
        bytes.size() <= limit_bytes, kWhere,
        fmt::format("{} bytes are more than the {} that are read", bytes.size(), limit_bytes));
    return bytes;
  }
  std::string name(uint32_t entry) const {
    return entry < data_->size() ? data_->name(entry) : validation_->name(entry - data_->size());
  }
  void forget() { data_ = nullptr; }

 private:
  const Dataset* data_;
  const Dataset* validation_;
};

IndexedData::IndexedData(const Dataset& data, const ValidationChoice& validation, WorkerPool& pool)
    : pictures_(std::make_shared<Pictures>(data, validation.dataset)) {
  const Survey found = survey(data, pool);
  const Survey to_measure = validation.dataset != nullptr ? survey(*validation.dataset, pool) : Survey{};
  require<DataError>(found.labels.size() + to_measure.labels.size() <= UINT32_MAX, kWhere,
                     "too many pictures");

  std::vector<uint8_t> hashes;
  append(found, hashes);
  append(to_measure, hashes);
  index_.root = "data-" + data::to_hex(data::hash_content(hashes));
  index_.layout = "a data set of the program's own";
  const auto store = std::make_shared<data::PictureStore>(index_.root);
  const uint32_t archive = store->add_archive(pictures_, index_.root);
  data::DatasetBuilder builder(store, data::Purpose::training);
  uint32_t entry = 0;
  const auto add = [&](const std::string& split, const std::string& label) {
    store->add_entry(std::to_string(entry), archive, entry);
    if (split == "train" || split == "validation") builder.add(split, label, entry);
    ++entry;
  };
  const std::vector<std::string> splits = splits_of(data, found, validation);
  for (size_t i = 0; i < splits.size(); ++i) add(splits[i], found.labels[i]);
  for (const std::string& label : to_measure.labels) add("validation", label);
  builder.finish(index_, "the data set has no pictures", "its size is 0");
}

IndexedData::~IndexedData() {
  pictures_->forget();
}

std::string IndexedData::name_of(const std::filesystem::path& path) const {
  return pictures_->name(static_cast<uint32_t>(std::stoul(path.filename().string())));
}

}  // namespace margay
