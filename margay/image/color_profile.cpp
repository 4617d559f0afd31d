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

/// What there is to know about one profile of pictures of 1 or 3 colours.
class KnownProfile {
 public:
  KnownProfile(std::span<const uint8_t> bytes, int colors)
      : bytes_(bytes.begin(), bytes.end()), is_gray_(colors == 1) {
    const Handle profile =
        handle_of(cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
    if (profile == nullptr) {
      note_ = "its colour profile is broken and was ignored";
      return;
    }
    if (cmsGetColorSpace(profile.get()) != (is_gray_ ? cmsSigGrayData : cmsSigRgbData)) {
      note_ = fmt::format("its colour profile is not made for {} and was ignored", is_gray_ ? "gray" : "RGB");
      return;
    }
    const Handle srgb = handle_of(cmsCreate_sRGBProfile());
    // Without its own cache of one pixel, a transform may be used by several threads.
    transform_.reset(cmsCreateTransform(profile.get(), is_gray_ ? TYPE_GRAY_8 : TYPE_RGB_8, srgb.get(),
                                        TYPE_RGB_8, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE));
    if (transform_ == nullptr)
      note_ = "its colour profile is broken and was ignored";
    else
      same_ = changes_nothing();
  }

  bool is(std::span<const uint8_t> bytes, int colors) const {
    return is_gray_ == (colors == 1) && std::ranges::equal(bytes_, bytes);
  }

  ProfileResult apply(Image& picture) const {
    if (!note_.empty()) return {ProfileUse::ignored, note_};
    if (same_) return {ProfileUse::srgb, ""};
    transform(picture.pixels);
    return {ProfileUse::converted, ""};
  }

 private:
  /// In place. Of gray pixels, three equal values each, the first goes in.
  void transform(std::vector<uint8_t>& rgb) const {
    const size_t pixels = rgb.size() / 3;
    std::vector<uint8_t> gray(is_gray_ ? pixels : 0);
    for (size_t i = 0; i < gray.size(); ++i) gray[i] = rgb[3 * i];
    cmsDoTransform(transform_.get(), is_gray_ ? gray.data() : rgb.data(), rgb.data(),
                   static_cast<cmsUInt32Number>(pixels));
  }

  bool changes_nothing() const {
    const std::vector<uint8_t> grid = is_gray_ ? grays() : colors();
    std::vector<uint8_t> converted = grid;
    transform(converted);
    return std::ranges::equal(grid, converted, [](int a, int b) { return std::abs(a - b) <= 1; });
  }

  static std::vector<uint8_t> grays() {
    std::vector<uint8_t> values;
    for (int value = 0; value < 256; ++value) values.insert(values.end(), 3, static_cast<uint8_t>(value));
    return values;
  }

  static std::vector<uint8_t> colors() {
    constexpr int kSteps = 9;
    std::vector<uint8_t> values;
    for (int i = 0; i < kSteps * kSteps * kSteps; ++i)
      for (const int step : {i / (kSteps * kSteps), i / kSteps % kSteps, i % kSteps})
        values.push_back(static_cast<uint8_t>(step * 255 / (kSteps - 1)));
    return values;
  }

  std::vector<uint8_t> bytes_;
  bool is_gray_;
  Handle transform_{nullptr, [](void* t) { cmsDeleteTransform(t); }};
  bool same_ = false;
  std::string note_;
};

/// The profiles that this thread met last, the newest first.
const KnownProfile& known_profile(std::span<const uint8_t> bytes, int colors) {
  constexpr size_t kKept = 8;
  thread_local std::list<KnownProfile> known;
  const auto found =
      std::ranges::find_if(known, [&](const KnownProfile& one) { return one.is(bytes, colors); });
  if (found != known.end()) {
    known.splice(known.begin(), known, found);
  } else {
    known.emplace_front(bytes, colors);
    if (known.size() > kKept) known.pop_back();
  }
  return known.front();
}

/// Of Lab to sRGB; white stays white.
Handle make_lab_transform() {
  const Handle lab = handle_of(cmsCreateLab4Profile(nullptr)), srgb = handle_of(cmsCreate_sRGBProfile());
  Handle transform{cmsCreateTransform(lab.get(), TYPE_Lab_DBL, srgb.get(), TYPE_RGB_8,
                                      INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE),
                   [](void* t) { cmsDeleteTransform(t); }};
  require<Error>(transform != nullptr, "image.profile", "Little CMS cannot start");
  return transform;
}

}  // namespace

void lab_to_srgb(std::span<const double> lab, std::span<uint8_t> rgb) {
  static const Handle transform = make_lab_transform();
  cmsDoTransform(transform.get(), lab.data(), rgb.data(), static_cast<cmsUInt32Number>(rgb.size() / 3));
}

ProfileResult convert_to_srgb(Image& picture, std::span<const uint8_t> profile, int colors) {
  if (profile.empty()) return {};
  if (colors != 1 && colors != 3)
    return {ProfileUse::ignored, "its colour profile is one of inks and was ignored"};
  return known_profile(profile, colors).apply(picture);
}

}  // namespace margay::image
