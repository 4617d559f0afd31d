// Cuts and mirrors fitted pictures.
#include "margay/predict/test_time_augmentation.h"

#include <array>
#include <utility>

#include "margay/core/error.h"
#include "margay/image/resize.h"

namespace margay::predict {
namespace {

constexpr std::array<std::pair<TestTimeAugmentation, std::string_view>, 3> kNames{
    {{TestTimeAugmentation::one, "one"},
     {TestTimeAugmentation::flip, "flip"},
     {TestTimeAugmentation::crops, "crops"}}};
constexpr double kCropSide = 7.0 / 8;

image::Image mirrored(const image::Image& picture) {
  image::Image out(picture.width, picture.height);
  const auto width = static_cast<size_t>(picture.width);
  for (size_t pixel = 0; pixel < width * picture.height; ++pixel) {
    const size_t x = pixel % width, from = pixel - x + (width - 1 - x);
    for (size_t c = 0; c < 3; ++c) out.pixels[3 * pixel + c] = picture.pixels[3 * from + c];
  }
  return out;
}

/// `right` and `down` say where the part lies: 0 at the beginning, 1 at the end.
image::Image enlarged_part(image::ImageView picture, double right, double down) {
  const double width = kCropSide * picture.width, height = kCropSide * picture.height;
  const image::Box part{right * (picture.width - width), down * (picture.height - height), width, height};
  return image::resize(picture, part, picture.width, picture.height, image::Kernel::bilinear,
                       {0, 0, picture.width, picture.height});
}

}  // namespace

std::string_view name_of(TestTimeAugmentation views) {
  for (const auto& [known, name] : kNames)
    if (known == views) return name;
  return {};
}

TestTimeAugmentation test_time_augmentation_from_name(std::string_view name) {
  for (const auto& [views, known] : kNames)
    if (known == name) return views;
  throw UsageError("predict", fmt::format("there are no views '{}'", name), "known are one, flip and crops");
}

std::vector<image::Image> views_of(image::ImageView fitted, TestTimeAugmentation views) {
  std::vector<image::Image> made;
  made.emplace_back(fitted.width, fitted.height)
      .pixels.assign(fitted.pixels, fitted.pixels + fitted.size_bytes());
  if (views == TestTimeAugmentation::one) return made;
  if (views == TestTimeAugmentation::crops)
    for (const auto& [right, down] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {1.0, 1.0}, {0.5, 0.5}})
      made.push_back(enlarged_part(fitted, right, down));
  const size_t unmirrored = made.size();
  for (size_t i = 0; i < unmirrored; ++i) made.push_back(mirrored(made[i]));
  return made;
}

std::vector<AugmentedAnswer> predict_augmented(Predictor& predictor, std::span<const image::ImageView> fitted,
                                               TestTimeAugmentation views) {
  std::vector<std::vector<image::Image>> looks;  // of each picture
  for (const image::ImageView& picture : fitted) looks.push_back(views_of(picture, views));
  std::vector<AugmentedAnswer> answers(fitted.size());
  for (size_t view = 0; !looks.empty() && view < looks.front().size(); ++view) {
    std::vector<image::ImageView> batch;
    for (const auto& of_picture : looks) batch.emplace_back(of_picture[view]);
    const std::vector<Answer> of_view = predictor.predict_fitted(batch);
    for (size_t i = 0; i < answers.size(); ++i) {
      if (view == 0) answers[i].mean = answers[i].plain = of_view[i];
      for (size_t c = 0; view > 0 && c < of_view[i].probabilities.size(); ++c)
        answers[i].mean.probabilities[c] += of_view[i].probabilities[c];
    }
  }
  for (size_t i = 0; i < answers.size(); ++i)
    for (double& probability : answers[i].mean.probabilities)
      probability /= static_cast<double>(looks[i].size());
  return answers;
}

}  // namespace margay::predict
