// Converts through Little CMS; what was learned of a profile is kept, since the pictures of a data set share
// theirs.
#include "margay/image/color_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <cstdlib>
#include <list>
#include <memory>
#include <vector>

#include "margay/core/error.h"

namespace margay::image {
namespace {

/// Little CMS's types are pointers to void in disguise.
using Handle = std::unique_ptr<void, void (*)(void*)>;

Handle handle_of(cmsHPROFILE profile) {
  return {profile, [](void* p) { cmsCloseProfile(p); }};
}

/// What there is to know about one profile.
class KnownProfile {
 public:
  explicit KnownProfile(std::span<const uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {
    const Handle profile =
        handle_of(cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
    if (profile == nullptr) {
      note_ = "its colour profile is broken and was ignored";
      return;
    }
    if (cmsGetColorSpace(profile.get()) != cmsSigRgbData) {
      note_ = "its colour profile is not made for RGB and was ignored";
      return;
    }
    const Handle srgb = handle_of(cmsCreate_sRGBProfile());
    // Without its own cache of one pixel, a transform may be used by several threads.
    transform_.reset(cmsCreateTransform(profile.get(), TYPE_RGB_8, srgb.get(), TYPE_RGB_8, INTENT_PERCEPTUAL,
                                        cmsFLAGS_NOCACHE));
    if (transform_ == nullptr)
      note_ = "its colour profile is broken and was ignored";
    else
      same_ = changes_nothing();
  }

  bool is(std::span<const uint8_t> bytes) const { return std::ranges::equal(bytes_, bytes); }

  ProfileResult apply(Image& picture) const {
    if (!note_.empty()) return {ProfileUse::ignored, note_};
    if (same_) return {ProfileUse::srgb, ""};
    cmsDoTransform(transform_.get(), picture.pixels.data(), picture.pixels.data(),
                   static_cast<cmsUInt32Number>(picture.pixels.size() / 3));
    return {ProfileUse::converted, ""};
  }

 private:
  bool changes_nothing() const {
    constexpr int kSteps = 9;
    std::vector<uint8_t> grid;
    for (int i = 0; i < kSteps * kSteps * kSteps; ++i)
      for (const int step : {i / (kSteps * kSteps), i / kSteps % kSteps, i % kSteps})
        grid.push_back(static_cast<uint8_t>(step * 255 / (kSteps - 1)));
    std::vector<uint8_t> converted(grid.size());
    cmsDoTransform(transform_.get(), grid.data(), converted.data(),
                   static_cast<cmsUInt32Number>(grid.size() / 3));
    return std::ranges::equal(grid, converted, [](int a, int b) { return std::abs(a - b) <= 1; });
  }

  std::vector<uint8_t> bytes_;
  Handle transform_{nullptr, [](void* t) { cmsDeleteTransform(t); }};
  bool same_ = false;
  std::string note_;
};

/// The profiles that this thread met last, the newest first.
const KnownProfile& known_profile(std::span<const uint8_t> bytes) {
  constexpr size_t kKept = 8;
  thread_local std::list<KnownProfile> known;
  const auto found = std::ranges::find_if(known, [&](const KnownProfile& one) { return one.is(bytes); });
  if (found != known.end()) {
    known.splice(known.begin(), known, found);
  } else {
    known.emplace_front(bytes);
    if (known.size() > kKept) known.pop_back();
  }
  return known.front();
}

}  // namespace

ProfileResult convert_to_srgb(Image& picture, std::span<const uint8_t> profile, int colors) {
  if (profile.empty()) return {};
  if (colors != 3) return {ProfileUse::ignored, "its colour profile is not made for RGB and was ignored"};
  return known_profile(profile).apply(picture);
}

}  // namespace margay::image
