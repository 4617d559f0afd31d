// Cuts and mirrors fitted pictures.
#include "margay/predict/test_time_augmentation.h"

#include <array>
#include <utility>

#include "margay/core/error.h"
#include "margay/image/resize.h"

namespace margay::predict {
namespace {

constexpr std::array<std::pair<TestTimeAugmentation, std::string_view>, 3> kNames{
    {{TestTimeAugmentation::none, "none"},
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

std::string_view name_of(TestTimeAugmentation augmentation) {
  for (const auto& [known, name] : kNames)
    if (known == augmentation) return name;
  return {};
}

TestTimeAugmentation test_time_augmentation_from_name(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [augmentation, known] : kNames) {
    if (known == name) return augmentation;
    names.push_back(known);
  }
  throw UsageError("predict", fmt::format("there is no test-time augmentation '{}'", name),
                   hint_for_name(name, names));
}

std::vector<image::Image> augmented_copies(image::ImageView fitted, TestTimeAugmentation augmentation) {
  std::vector<image::Image> made;
  made.emplace_back(fitted.width, fitted.height)
      .pixels.assign(fitted.pixels, fitted.pixels + fitted.size_bytes());
  if (augmentation == TestTimeAugmentation::none) return made;
  if (augmentation == TestTimeAugmentation::crops)
    for (const auto& [right, down] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {1.0, 1.0}, {0.5, 0.5}})
      made.push_back(enlarged_part(fitted, right, down));
  const size_t unmirrored = made.size();
  for (size_t i = 0; i < unmirrored; ++i) made.push_back(mirrored(made[i]));
  return made;
}

std::vector<AugmentedAnswer> predict_augmented(Predictor& predictor, std::span<const image::ImageView> fitted,
                                               TestTimeAugmentation augmentation) {
  std::vector<std::vector<image::Image>> copies;  // of each picture
  for (const image::ImageView& picture : fitted) copies.push_back(augmented_copies(picture, augmentation));
  std::vector<AugmentedAnswer> answers(fitted.size());
  for (size_t copy = 0; !copies.empty() && copy < copies.front().size(); ++copy) {
    std::vector<image::ImageView> batch;
    for (const auto& of_picture : copies) batch.emplace_back(of_picture[copy]);
    const std::vector<Answer> of_copy = predictor.predict_fitted(batch);
    for (size_t i = 0; i < answers.size(); ++i) {
      if (copy == 0) answers[i].mean = answers[i].plain = of_copy[i];
      for (size_t c = 0; copy > 0 && c < of_copy[i].probabilities.size(); ++c)
        answers[i].mean.probabilities[c] += of_copy[i].probabilities[c];
    }
  }
  for (size_t i = 0; i < answers.size(); ++i)
    for (double& probability : answers[i].mean.probabilities)
      probability /= static_cast<double>(copies[i].size());
  return answers;
}

}  // namespace margay::predict
