// Lays out the page of an inspection.
#include "margay/pages/inspection_page.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/number_text.h"
#include "margay/core/random.h"
#include "margay/core/utf8.h"
#include "margay/data/imbalance.h"
#include "margay/image/decode_fitted.h"
#include "margay/pages/page.h"
#include "margay/plot/histogram.h"
#include "margay/text/data_text.h"
#include "margay/text/inspection_text.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

using data::PictureFacts;

/// What keeps the page small: JPEGs of this size have 10 kB at the worst, as text.
constexpr int kThumbnailPx = 96;
constexpr size_t kWallPictures = 600;
constexpr size_t kWallPerClass = 24;
constexpr size_t kWallClasses = 60;
constexpr size_t kExtremes = 6;  // of the darkest, and of the brightest
constexpr size_t kTurned = 6;
constexpr size_t kCopies = 6;        // of each kind
constexpr size_t kCopiesBeside = 4;  // of the same picture
constexpr size_t kTableClasses = 200;
constexpr size_t kNameLetters = 60;
constexpr size_t kLineLetters = 1200;  // of a warning
constexpr size_t kMostLines = 100;     // of warnings

int64_t signed_size(size_t count) {
  return static_cast<int64_t>(count);
}

std::string grouped_size(size_t count) {
  return grouped(signed_size(count));
}

size_t sum_of(const std::vector<size_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), size_t{0});
}

/// Warnings of whoever read the data, which are English whatever the page is.
Markup list_of(std::span<const std::string> lines) {
  Markup items;
  for (const std::string& line : lines.first(std::min(lines.size(), kMostLines)))
    items += fill("<li lang=\"en\">{{line}}</li>\n", {{"line", escaped(shortened(line, kLineLetters))}});
  return fill("<ul>{{items}}</ul>\n", {{"items", items}});
}

/// Browsers are told of words that are not of the page's language.
Markup said(const text::DataText& words, size_t letters = kLineLetters) {
  const Markup shown = escaped(shortened(words.text, letters));
  return words.is_foreign ? fill("<span lang=\"en\">{{words}}</span>", {{"words", shown}}) : shown;
}

/// `count` of the pictures (all, where there are fewer), in their order.
std::vector<PictureFacts> chosen(std::vector<PictureFacts> pictures, size_t count, Random random) {
  std::vector<size_t> order(pictures.size());
  std::iota(order.begin(), order.end(), size_t{0});
  random.shuffle(std::span(order));
  order.resize(std::min(count, order.size()));
  std::ranges::sort(order);
  std::vector<PictureFacts> kept;
  for (const size_t i : order) kept.push_back(pictures[i]);
  return kept;
}

class InspectionHtml {
 public:
  InspectionHtml(const data::Dataset& dataset, const data::Inspection& inspection, const InspectionPage& page,
                 WorkerPool& pool, std::stop_token stop, const text::Wording& wording)
      : dataset_(dataset),
        inspection_(inspection),
        page_(page),
        pool_(pool),
        stop_(std::move(stop)),
        words_(wording) {}

  std::string html() {
    const std::string title = words_.title(shortened(page_.data_name, 4 * kNameLetters));
    Markup body = fill("<h1>{{title}}</h1>\n", {{"title", escaped(title)}}) + lead();
    body += command_block(page_.command) + key_numbers();
    body += section(words_.warnings(), warnings_section());
    body += section(words_.classes(), classes_section());
    if (inspection_.usable() > 0) {
      body += section(words_.formats_and_sizes(), sizes_section());
      body += section(words_.darkest_and_brightest(), extremes());
      body += section(words_.the_pictures(), wall_section());
      body += section(words_.copies(), copies_section());
      body += section(words_.turned(), turned_section());
    }
    body += section(words_.page().with_a_note(), noted_block(shown(inspection_.noted), words_.page()));
    body += section(words_.broken(), skipped_block(shown(inspection_.skipped), words_.page()));
    body += section(words_.ignored(), ignored_section());
    body += fill("<footer>{{made}}</footer>\n", {{"made", paragraph(words_.made_by_margay())}});
    return page(title, body, {}, words_.page().language());
  }

 private:
  Markup lead() const {
    return fill("<p class=\"lead\">{{layout}}</p>\n",
                {{"layout", said(text::layout_text(inspection_.layout, words_.page().language()))}});
  }

  Markup warnings_section() const {
    if (inspection_.warnings.empty()) return {};
    const std::string lead = words_.warnings_lead();
    return (lead.empty() ? Markup{} : paragraph(lead)) + list_of(inspection_.warnings);
  }

  const data::Split& split_of(const PictureFacts& picture) const { return dataset_.splits[picture.split]; }
  int label_of(const PictureFacts& picture) const { return split_of(picture).samples[picture.sample].label; }
  std::filesystem::path path_of(const PictureFacts& picture) const {
    return inspection_.shown_path(split_of(picture).path(picture.sample));
  }
  std::string class_name(size_t label) const { return shortened(inspection_.classes[label], kNameLetters); }

  /// Paths as people want to see them.
  template <class File>
  std::vector<File> shown(std::vector<File> files) const {
    for (File& file : files) file.path = inspection_.shown_path(file.path);
    return files;
  }

  /// An `<img>` for each picture, made on all threads; empty for one that is gone.
  std::vector<Markup> thumbnails(const std::vector<PictureFacts>& pictures, bool upright = true) {
    image::Preprocess spec;
    spec.apply_orientation = upright;
    spec.fit = image::ResizeMode::crop;
    spec.width = spec.height = kThumbnailPx;
    std::vector<Markup> images(pictures.size());
    pool_.parallel_for(pictures.size(), [&](size_t i) {
      require<Interrupted>(!stop_.stop_requested(), "report.inspection", "stopped while making thumbnails");
      try {
        const std::vector<uint8_t> bytes =
            split_of(pictures[i]).read(pictures[i].sample, image::DecodeOptions{}.max_file_bytes);
        images[i] = inline_thumbnail(image::decode_fitted(bytes, spec).picture,
                                     class_name(static_cast<size_t>(label_of(pictures[i]))),
                                     shortened(path_of(pictures[i]).string(), 2 * kNameLetters));
      } catch (const std::exception&) {
        images[i] = {};  // it was there a moment ago; the page goes without it
      }
    });
    return images;
  }

  Markup key_numbers() const {
    const size_t classes = inspection_.classes.size(), broken = inspection_.skipped.size();
    return tiles(
        tile(words_.page().pictures_tile(), grouped_size(inspection_.usable()), words_.can_be_used()) +
        tile(words_.classes(), grouped_size(classes), words_.in_splits(split_names())) +
        tile(words_.broken(), grouped_size(broken), words_.broken_note(broken)) +
        tile(words_.turned(), grouped_size(inspection_.turned), words_.turned_note()) +
        tile(words_.files(), format_bytes(static_cast<double>(inspection_.total_bytes)),
             words_.of_usable_pictures()));
  }

  std::vector<std::string> split_names() const {
    std::vector<std::string> names;
    for (const data::InspectedSplit& split : inspection_.splits) names.push_back(split.name);
    return names;
  }

  Markup classes_section() const {
    const auto& splits = inspection_.splits;
    const bool broken = !inspection_.skipped.empty();
    std::vector<std::string> header{words_.page().class_name()};
    for (const data::InspectedSplit& split : splits) header.push_back(words_.page().split(split.name));
    if (splits.size() > 1) header.push_back(words_.total());
    if (broken) header.push_back(words_.broken_column());
    const auto row = [&](std::string_view name, auto&& usable, auto&& skipped) {
      std::vector<Markup> cells{escaped(name)};
      size_t total = 0, left_out = 0;
      for (const data::InspectedSplit& split : splits) {
        cells.push_back(escaped(grouped_size(usable(split))));
        total += usable(split), left_out += skipped(split);
      }
      if (splits.size() > 1) cells.push_back(escaped(grouped_size(total)));
      if (broken) cells.push_back(escaped(grouped_size(left_out)));
      return cells;
    };
    std::vector<std::vector<Markup>> rows;
    const size_t classes = inspection_.classes.size(), named = std::min(classes, kTableClasses);
    for (size_t label = 0; label < named; ++label)
      rows.push_back(row(
          class_name(label), [&](const auto& split) { return split.usable[label]; },
          [&](const auto& split) { return split.skipped[label]; }));
    rows.push_back(row(
        words_.page().all(), [](const auto& split) { return sum_of(split.usable); },
        [](const auto& split) { return sum_of(split.skipped); }));
    Markup content = table(header, rows);
    if (named < classes) content += paragraph(words_.first_classes(named, classes));
    const std::string balance = balance_text();
    return balance.empty() ? content : content + paragraph(balance);
  }

  /// About what a training learns from; empty where there is nothing of that.
  std::string balance_text() const {
    const data::InspectedSplit& first = inspection_.splits.front();
    if (first.name != "train" && first.name != "all") return {};
    const std::vector<size_t>& usable = first.usable;
    const std::vector<int64_t> counts(usable.begin(), usable.end());
    const auto [few, many] = std::ranges::minmax_element(counts, {}, [](int64_t count) { return count; });
    if (*few == 0) return words_.empty_class();
    if (*few == *many) return words_.equal_classes();
    return words_.balance({.largest = class_name(static_cast<size_t>(many - counts.begin())),
                           .smallest = class_name(static_cast<size_t>(few - counts.begin())),
                           .ratio = data::imbalance_of(counts)},
                          data::kUnequal);
  }

  Markup plot(const std::vector<double>& values, const plot::Axis& axis, const std::string& title,
              const std::string& unit, std::string_view prefix) const {
    const plot::Histogram histogram = plot::count_bins(values, axis);
    const double largest = std::ranges::max(values);
    Markup card = plot_card([&] { return plot::histogram_svg(histogram, title, unit, prefix); },
                            words_.number_by(title, unit), words_.page());
    if (histogram.beyond == 0) return card;
    return fill("<div>{{card}}<p class=\"quiet\">{{note}}</p></div>",
                {{"card", card}, {"note", escaped(words_.last_bar(signed_size(histogram.beyond), largest))}});
  }

  std::vector<double> values_of(auto&& value) const {
    std::vector<double> values;
    for (const PictureFacts& picture : inspection_.pictures) values.push_back(value(picture));
    return values;
  }

  Markup sizes_section() const {
    const auto widths = values_of([](const auto& picture) { return static_cast<double>(picture.width); });
    const auto heights = values_of([](const auto& picture) { return static_cast<double>(picture.height); });
    const auto aspects =
        values_of([](const auto& picture) { return static_cast<double>(picture.width) / picture.height; });
    const auto percents =
        values_of([](const auto& picture) { return 100.0 * static_cast<double>(picture.brightness); });
    const Markup plots =
        plot(widths, plot::histogram_axis(widths, 1), words_.width(), words_.pixels(), "w") +
        plot(heights, plot::histogram_axis(heights, 1), words_.height(), words_.pixels(), "h") +
        plot(aspects, plot::histogram_axis(aspects, 0.05), words_.shape(), words_.shape_unit(), "a") +
        plot(percents, {0, 100, 5}, words_.brightness(), words_.brightness_unit(), "b");
    return formats_table() + paragraph(words_.sizes(inspection_)) +
           fill("<figure><div class=\"plots\">{{plots}}</div><figcaption>{{caption}}</figcaption></figure>\n",
                {{"plots", plots}, {"caption", escaped(words_.sizes_caption())}});
  }

  Markup formats_table() const {
    std::vector<std::vector<Markup>> rows;
    for (const auto& [name, count] : inspection_.formats)
      rows.push_back(
          {escaped(name), escaped(grouped_size(count)),
           escaped(text::percent_1(static_cast<double>(count) / static_cast<double>(inspection_.usable())))});
    return table(words_.format_columns(), rows);
  }

  /// The darkest and the brightest, which are often those that show nothing.
  Markup extremes() {
    std::vector<PictureFacts> sorted = inspection_.pictures;
    std::ranges::stable_sort(sorted, {}, &PictureFacts::brightness);
    const size_t shown = std::min(kExtremes, sorted.size() / 2);
    std::vector<PictureFacts> dark(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(shown));
    std::vector<PictureFacts> bright(sorted.rbegin(), sorted.rbegin() + static_cast<std::ptrdiff_t>(shown));
    return brightness_row(words_.darkest(), dark) + brightness_row(words_.brightest(), bright);
  }

  Markup brightness_row(std::string_view heading, const std::vector<PictureFacts>& pictures) {
    const std::vector<Markup> images = thumbnails(pictures);
    Markup figures;
    for (size_t i = 0; i < images.size(); ++i)
      figures +=
          captioned(images[i], pictures[i], text::percent_1(static_cast<double>(pictures[i].brightness)));
    return row(heading, "facts-row", figures);
  }

  /// The name of the picture's file below the image, after a fact about it, which may be empty.
  Markup captioned(const Markup& image, const PictureFacts& picture, std::string_view fact = {}) const {
    if (image.html.empty()) return {};
    return fill("<figure>{{image}}<figcaption>{{fact}}<bdi>{{file}}</bdi></figcaption></figure>\n",
                {{"image", image},
                 {"fact", fact.empty() ? Markup{} : escaped(fact) + Markup{"<br>"}},
                 {"file", escaped(shortened(path_of(picture).filename().string(), kNameLetters))}});
  }

  static Markup row(std::string_view heading, std::string_view style, const Markup& content) {
    if (content.html.empty()) return {};
    return fill("<h3>{{heading}}</h3>\n<div class=\"{{style}}\">{{content}}</div>\n",
                {{"heading", escaped(heading)}, {"style", escaped(style)}, {"content", content}});
  }

  Markup wall_section() {
    std::vector<std::vector<PictureFacts>> by_class(inspection_.classes.size());
    for (const PictureFacts& picture : inspection_.pictures)
      by_class[static_cast<size_t>(label_of(picture))].push_back(picture);
    const size_t classes = std::min(by_class.size(), kWallClasses);
    const size_t each = std::min(kWallPerClass, kWallPictures / classes);
    Markup content = paragraph(words_.wall(each));
    for (size_t label = 0; label < classes; ++label) {
      const size_t count = by_class[label].size();
      Markup images;
      for (const Markup& image : thumbnails(
               chosen(std::move(by_class[label]), each, Random{hash_text("report.wall"), page_.seed, label})))
        images += image;
      content += row(words_.pictures_of_class(class_name(label), signed_size(count)), "wall", images);
    }
    if (classes < by_class.size())
      content += paragraph(words_.classes_not_shown(signed_size(by_class.size() - classes)));
    return content;
  }

  Markup turned_section() {
    std::vector<PictureFacts> turned;
    for (const PictureFacts& picture : inspection_.pictures)
      if (picture.turned) turned.push_back(picture);
    if (turned.empty()) return {};
    turned = chosen(std::move(turned), kTurned, Random{hash_text("report.turned"), page_.seed});
    const std::vector<Markup> stored = thumbnails(turned, false), upright = thumbnails(turned);
    Markup figures;
    for (size_t i = 0; i < turned.size(); ++i) {
      if (stored[i].html.empty() || upright[i].html.empty()) continue;
      figures += captioned(stored[i] + Markup{"<span>&#8594;</span>"} + upright[i], turned[i]);
    }
    return paragraph(words_.are_turned(signed_size(inspection_.turned))) +
           row(words_.stored_and_upright(), "turned", figures);
  }

  /// The harm that copies do decides where they are shown.
  Markup copies_section() {
    if (inspection_.copies.empty()) return {};
    std::vector<const data::Copies*> in_classes, in_splits, others;
    for (const data::Copies& same : inspection_.copies) {
      const auto differs = [&](auto member) {
        return std::ranges::any_of(same, [&](const auto& one) { return one.*member != same[0].*member; });
      };
      (differs(&data::PlacedPicture::label)   ? in_classes
       : differs(&data::PlacedPicture::split) ? in_splits
                                              : others)
          .push_back(&same);
    }
    return paragraph(words_.are_copies(signed_size(inspection_.redundant()))) +
           copies_rows(text::CopiesKind::in_several_classes, in_classes) +
           copies_rows(text::CopiesKind::in_several_splits, in_splits) +
           copies_rows(text::CopiesKind::in_one_class, others);
  }

  Markup copies_rows(text::CopiesKind kind, const std::vector<const data::Copies*>& groups) {
    Markup cards;
    for (const data::Copies* same : std::span(groups).first(std::min(groups.size(), kCopies)))
      cards += copies_card(*same);
    if (groups.size() > kCopies)
      cards += paragraph(words_.more_like_these(signed_size(groups.size() - kCopies)));
    return row(words_.copies_of_kind(kind, signed_size(groups.size())), "plots", cards);
  }

  Markup copies_card(const data::Copies& same) {
    std::vector<PictureFacts> pictures;
    for (const data::PlacedPicture& one : std::span(same).first(std::min(same.size(), kCopiesBeside)))
      pictures.push_back(inspection_.pictures[one.number]);
    const std::vector<Markup> images = thumbnails(pictures);
    Markup figures;
    for (size_t i = 0; i < images.size(); ++i)
      figures += captioned(images[i], pictures[i], place_of(pictures[i]));
    if (same.size() > kCopiesBeside)
      figures += paragraph(words_.page().and_more(signed_size(same.size() - kCopiesBeside)));
    return fill("<div class=\"card facts-row\">{{figures}}</div>\n", {{"figures", figures}});
  }

  /// Its class, and the split where there are some.
  std::string place_of(const PictureFacts& picture) const {
    const std::string name = class_name(static_cast<size_t>(label_of(picture)));
    return inspection_.splits.size() == 1 ? name : words_.place(name, split_of(picture).name);
  }

  Markup ignored_section() const {
    std::vector<std::vector<Markup>> rows;
    for (const auto& [reason, count] : inspection_.left_out.counts()) {
      if (rows.size() == kTableClasses) break;
      rows.push_back({said(text::left_out_text(reason, words_.page().language()), kNameLetters),
                      escaped(grouped_size(count))});
    }
    return rows.empty() ? Markup{} : table(words_.ignored_columns(), rows);
  }

  const data::Dataset& dataset_;
  const data::Inspection& inspection_;
  const InspectionPage& page_;
  WorkerPool& pool_;
  std::stop_token stop_;
  text::InspectionText words_;
};

}  // namespace

void write_inspection(const std::filesystem::path& path, const data::Dataset& dataset,
                      const data::Inspection& inspection, const InspectionPage& page, WorkerPool& pool,
                      std::stop_token stop, const text::Wording& wording) {
  write_file_atomically(path,
                        InspectionHtml(dataset, inspection, page, pool, std::move(stop), wording).html());
}

}  // namespace margay::pages
