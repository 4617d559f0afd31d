// Orders verdicts and makes thumbnails of them.
#include "margay/pages/evaluated_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "margay/core/error.h"
#include "margay/core/printable.h"
#include "margay/core/utf8.h"
#include "margay/image/resize.h"
#include "margay/pages/page.h"
#include "margay/plot/samples.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

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
Markup wall(const EvaluatedPictures& pictures, std::span<const analysis::Verdict> verdicts,
            std::span<const std::string> class_names, PictureBudget& budget, const text::PageText& words) {
  const auto name = [&](int label) {
    return escaped(shortened(class_names[static_cast<size_t>(label)], kNameLetters));
  };
  Markup figures;
  for (const analysis::Verdict& verdict : verdicts)
    figures += budget.figure(
        pictures, verdict, words.true_class() + class_names[static_cast<size_t>(verdict.truth)],
        fill(R"(<span class="{{class}}">{{said}}</span>, {{sure}}<br>{{label}}<b>{{truth}}</b>)",
             {{"label", escaped(words.true_class())},
              {"class", Markup{verdict.right() ? "good" : "bad"}},
              {"said", name(verdict.said)},
              {"sure", escaped(text::certainty_text(verdict.probability, words.language()))},
              {"truth", name(verdict.truth)}}));
  return fill("<div class=\"evaluated\">{{figures}}</div>\n", {{"figures", figures}});
}

}  // namespace

EvaluatedPictures evaluated_pictures(const data::DecodedCache& cache,
                                     std::span<const std::vector<double>> probabilities,
                                     const std::filesystem::path& root) {
  EvaluatedPictures evaluated{analysis::verdicts_of(cache.labels(), probabilities), {}, {}};
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
  EvaluatedPictures evaluated{analysis::verdicts_of(labels, probabilities), {}, {}};
  for (analysis::Verdict& verdict : evaluated.verdicts) verdict.picture = samples[verdict.picture];
  evaluated.path = [&split, root](size_t i) { return seen_from(root, split.path(i)); };
  evaluated.picture = [&split, spec](size_t i) { return plot::read_fitted(split, i, spec); };
  return evaluated;
}

Markup PictureBudget::figure(const EvaluatedPictures& pictures, const analysis::Verdict& verdict,
                             std::string_view alternative, const Markup& caption) {
  if (spent_) return {};
  const std::optional<image::Image> picture = pictures.picture(verdict.picture);
  if (!picture) return {};
  const std::filesystem::path path = pictures.path(verdict.picture);
  Markup made = fill("<figure>{{image}}<figcaption>{{caption}}<bdi>{{path}}</bdi></figcaption></figure>\n",
                     {{"image", inline_thumbnail(reduced(*picture), shortened(alternative, kHoverLetters),
                                                 shortened(path.string(), kHoverLetters))},
                      {"caption", caption},
                      {"path", escaped(short_path(path))}});
  spent_ = made.html.size() > left_bytes_;
  if (spent_) return {};
  left_bytes_ -= made.html.size();
  return made;
}

Markup mistakes_block(const EvaluatedPictures& pictures, std::span<const std::string> class_names,
                      const text::PageText& words) {
  std::vector<analysis::Verdict> verdicts = pictures.verdicts;
  if (verdicts.empty()) return {};
  std::vector<analysis::Verdict> unsure(
      verdicts.rbegin(), verdicts.rbegin() + static_cast<std::ptrdiff_t>(std::min(kUnsure, verdicts.size())));
  std::erase_if(verdicts, [](const analysis::Verdict& verdict) { return verdict.right(); });
  const auto mistakes = static_cast<int64_t>(verdicts.size());
  verdicts.resize(std::min(kMistakes, verdicts.size()));
  PictureBudget budget(kWallBytes);
  Markup block = verdicts.empty()
                     ? paragraph(words.all_right())
                     : paragraph(words.mistakes_below(mistakes, static_cast<int64_t>(verdicts.size()))) +
                           wall(pictures, verdicts, class_names, budget, words);
  return block + details(words.least_confident(), wall(pictures, unsure, class_names, budget, words));
}

}  // namespace margay::pages
