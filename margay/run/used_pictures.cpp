// One walk over both splits.
#include "margay/run/used_pictures.h"

#include <algorithm>

#include "margay/core/file_system.h"

namespace margay::run {
namespace {

/// Hands over the split, its pictures, and the number of one of them.
template <class Receive>
void for_each_used(const UsedPictures& used, const Receive& receive) {
  for (size_t i = 0; i < used.train.size(); ++i) receive("train", used.train, i);
  for (size_t i = 0; used.validation != nullptr && i < used.validation->size(); ++i)
    receive("validation", *used.validation, i);
}

}  // namespace

std::vector<PresentPicture> present_in(const UsedPictures& used) {
  std::vector<PresentPicture> present;
  for_each_used(used, [&](const char* split, const data::DecodedCache& pictures, size_t i) {
    present.push_back({absolute_path(pictures.path(i)).lexically_normal(), pictures.content(i),
                       used.classes[static_cast<size_t>(pictures.label(i))], split});
  });
  return present;
}

data::ContentsByPath contents_of(const UsedPictures& used) {
  data::ContentsByPath contents;
  for_each_used(used, [&](const char*, const data::DecodedCache& pictures, size_t i) {
    contents[pictures.path(i)] = pictures.content(i);
  });
  return contents;
}

std::vector<data::ContentHash> trained_contents(const UsedPictures& used) {
  std::vector<data::ContentHash> trained;
  for (size_t i = 0; i < used.train.size(); ++i) trained.push_back(used.train.content(i));
  std::ranges::sort(trained);
  trained.erase(std::unique(trained.begin(), trained.end()), trained.end());
  return trained;
}

int64_t count_validation_among(const UsedPictures& used, const std::vector<data::ContentHash>& learned) {
  int64_t count = 0;
  for (size_t i = 0; used.validation != nullptr && i < used.validation->size(); ++i)
    count += std::ranges::binary_search(learned, used.validation->content(i));
  return count;
}

}  // namespace margay::run
