// Orders verdicts and makes thumbnails of them.
#include "margay/report/evaluated_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/printable.h"
#include "margay/core/utf8.h"
#include "margay/image/resize.h"
#include "margay/report/page.h"
#include "margay/report/phrases.h"
#include "margay/report/samples.h"

namespace margay::report {
namespace {

constexpr const char* kWhere = "report.pictures";
constexpr int kThumbnailPx = 112;
constexpr size_t kMistakes = 24;
constexpr size_t kUnsure = 12;
constexpr size_t kWallBytes = 1u << 20;
constexpr size_t kPathLetters = 44;
constexpr size_t kHoverLetters = 200;
constexpr size_t kNameLetters = 40;

image::Image reduced(image::ImageView picture) {
  const double scale = static_cast<double>(kThumbnailPx) / std::max(picture.width, picture.height);
  const auto side = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(std::min(1.0, scale) * length)));
  };
  return image::resize(picture, side(picture.width), side(picture.height), image::Kernel::lanczos);
}

/// The path as seen from `root` where it lies inside.
std::filesystem::path seen_from(const std::filesystem::path& root, const std::filesystem::path& path) {
  const std::filesystem::path inside = path.lexically_relative(root);
  return inside.empty() || *inside.begin() == ".." ? path : inside;
}

/// "cats/1.jpg"; the last letters of it where that is long.
std::string short_path(const std::filesystem::path& path) {
  const std::string name = printable((path.parent_path().filename() / path.filename()).string());
  const size_t letters = count_letters(name);
  if (letters <= kPathLetters) return name;
  return "…" + name.substr(first_letters(name, letters - kPathLetters + 1).size());
}

/// A figure for each of the verdicts, while the budget lasts.
Markup wall(const EvaluatedPictures& pictures, std::span<const Verdict> verdicts,
            std::span<const std::string> class_names, PictureBudget& budget) {
  const auto name = [&](int label) {
    return text(shortened(class_names[static_cast<size_t>(label)], kNameLetters));
  };
  Markup figures;
  for (const Verdict& verdict : verdicts)
    figures += budget.figure(
        pictures, verdict, "true class: " + class_names[static_cast<size_t>(verdict.truth)],
        fill(R"(<span class="{{class}}">{{said}}</span>, {{sure}}<br>true class: <b>{{truth}}</b>)",
             {{"class", Markup{verdict.right() ? "good" : "bad"}},
              {"said", name(verdict.said)},
              {"sure", text(certainty_text(verdict.probability))},
              {"truth", name(verdict.truth)}}));
  return fill("<div class=\"evaluated\">{{figures}}</div>\n", {{"figures", figures}});
}

/// Of all mistakes `shown` are below it.
std::string mistakes_text(int64_t mistakes, int64_t shown) {
  const std::string all = counted(mistakes, "picture was", "pictures were") + " classified wrongly.";
  const std::string look = "is the network mistaken, or the label?";
  if (mistakes == 1) return fmt::format("{} It is worth a look: {}", all, look);
  if (shown == mistakes) return fmt::format("{} Each is worth a look: {}", all, look);
  return fmt::format("{} Here are the {} that it was most confident about. Each is worth a look: {}", all,
                     shown, look);
}

}  // namespace

std::vector<Verdict> verdicts_of(std::span<const int> labels,
                                 std::span<const std::vector<double>> probabilities) {
  require(labels.size() == probabilities.size(), kWhere,
          fmt::format("{} labels, but probabilities of {} pictures", labels.size(), probabilities.size()));
  std::vector<Verdict> verdicts;
  for (size_t i = 0; i < labels.size(); ++i) {
    require(
        labels[i] >= 0 && static_cast<size_t>(labels[i]) < probabilities[i].size(), kWhere,
        fmt::format("picture {} has label {}, but {} probabilities", i, labels[i], probabilities[i].size()));
    const auto highest = std::ranges::max_element(probabilities[i]);
    verdicts.push_back({i, labels[i], static_cast<int>(highest - probabilities[i].begin()), *highest});
  }
  std::ranges::stable_sort(verdicts, std::greater(), &Verdict::probability);
  return verdicts;
}

EvaluatedPictures evaluated_pictures(const data::DecodedCache& cache,
                                     std::span<const std::vector<double>> probabilities,
                                     const std::filesystem::path& root) {
  EvaluatedPictures evaluated{verdicts_of(cache.labels(), probabilities), {}, {}};
  evaluated.path = [&cache, root](size_t i) { return seen_from(root, cache.path(i)); };
  evaluated.picture = [&cache](size_t i) {
    const image::ImageView view = cache.picture(i);
    image::Image copy(view.width, view.height);
    std::copy_n(view.pixels, view.size_bytes(), copy.pixels.begin());
    return copy;
  };
  return evaluated;
}

EvaluatedPictures evaluated_pictures(const data::Split& split, std::span<const size_t> samples,
                                     const image::Preprocess& spec, std::span<const int> labels,
                                     std::span<const std::vector<double>> probabilities,
                                     const std::filesystem::path& root) {
  EvaluatedPictures evaluated{verdicts_of(labels, probabilities), {}, {}};
  for (Verdict& verdict : evaluated.verdicts) verdict.picture = samples[verdict.picture];
  evaluated.path = [&split, root](size_t i) { return seen_from(root, split.path(i)); };
  evaluated.picture = [&split, spec](size_t i) { return read_fitted(split, i, spec); };
  return evaluated;
}

Markup PictureBudget::figure(const EvaluatedPictures& pictures, const Verdict& verdict,
                             std::string_view alternative, const Markup& caption) {
  if (spent_) return {};
  const std::optional<image::Image> picture = pictures.picture(verdict.picture);
  if (!picture) return {};
  const std::filesystem::path path = pictures.path(verdict.picture);
  Markup made = fill("<figure>{{image}}<figcaption>{{caption}}<bdi>{{path}}</bdi></figcaption></figure>\n",
                     {{"image", inline_thumbnail(reduced(*picture), shortened(alternative, kHoverLetters),
                                                 shortened(path.string(), kHoverLetters))},
                      {"caption", caption},
                      {"path", text(short_path(path))}});
  spent_ = made.html.size() > left_bytes_;
  if (spent_) return {};
  left_bytes_ -= made.html.size();
  return made;
}

Markup mistakes_block(const EvaluatedPictures& pictures, std::span<const std::string> class_names) {
  std::vector<Verdict> verdicts = pictures.verdicts;
  if (verdicts.empty()) return {};
  std::vector<Verdict> unsure(
      verdicts.rbegin(), verdicts.rbegin() + static_cast<std::ptrdiff_t>(std::min(kUnsure, verdicts.size())));
  std::erase_if(verdicts, [](const Verdict& verdict) { return verdict.right(); });
  const auto mistakes = static_cast<int64_t>(verdicts.size());
  verdicts.resize(std::min(kMistakes, verdicts.size()));
  PictureBudget budget(kWallBytes);
  Markup block = verdicts.empty()
                     ? paragraph("Every picture was classified correctly.")
                     : paragraph(mistakes_text(mistakes, static_cast<int64_t>(verdicts.size()))) +
                           wall(pictures, verdicts, class_names, budget);
  return block + details("The pictures that it was least confident about",
                         wall(pictures, unsure, class_names, budget));
}

}  // namespace margay::report
