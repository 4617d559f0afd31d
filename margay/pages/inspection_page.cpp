// Lays out the page of an inspection.
#include "margay/pages/inspection_page.h"

#include <fmt/format.h>

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

std::string grouped_size(size_t count) {
  return grouped(static_cast<int64_t>(count));
}

size_t sum_of(const std::vector<size_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), size_t{0});
}

Markup list_of(std::span<const std::string> lines) {
  Markup items;
  for (const std::string& line : lines.first(std::min(lines.size(), kMostLines)))
    items += fill("<li>{{line}}</li>\n", {{"line", escaped(shortened(line, kLineLetters))}});
  return fill("<ul>{{items}}</ul>\n", {{"items", items}});
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
        wording_(wording) {}

  std::string html() {
    const std::string title = fmt::format("What is in {}", shortened(page_.data_name, 4 * kNameLetters));
    Markup body = fill("<h1>{{title}}</h1>\n<p class=\"lead\">{{layout}}</p>\n",
                       {{"title", escaped(title)}, {"layout", escaped(sentence(inspection_.layout))}});
    body += command_block(page_.command) + key_numbers();
    if (!inspection_.warnings.empty()) body += section("Warnings", list_of(inspection_.warnings));
    body += section("Classes", classes_section());
    if (inspection_.usable() > 0) {
      body += section("Formats, sizes and brightness", sizes_section());
      body += section("Darkest and brightest", extremes());
      body += section("The pictures", wall_section());
      body += section("Copies", copies_section());
      body += section("Turned", turned_section());
    }
    body += section("Used with a note", noted_block(shown(inspection_.noted)));
    body += section("Broken", skipped_block(shown(inspection_.skipped)));
    body += section("Ignored", ignored_section());
    return page(title, body + fill("<footer>{{made}}</footer>\n", {{"made", paragraph("Made by margay.")}}));
  }

 private:
  static std::string sentence(std::string line) {
    if (!line.empty() && line[0] >= 'a' && line[0] <= 'z') line[0] = static_cast<char>(line[0] - 'a' + 'A');
    return line + ".";
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
        tile("Pictures", grouped_size(inspection_.usable()), "that can be used") +
        tile("Classes", grouped_size(classes), fmt::format("in {}", splits_text())) +
        tile("Broken", grouped_size(broken), broken == 0 ? "every file decodes" : "left out, listed below") +
        tile("Turned", grouped_size(inspection_.turned), "by their EXIF orientation") +
        tile("Files", format_bytes(static_cast<double>(inspection_.total_bytes)), "of usable pictures"));
  }

  std::string splits_text() const {
    std::vector<std::string> names;
    for (const data::InspectedSplit& split : inspection_.splits) names.push_back(split.name);
    return names == std::vector<std::string>{"all"} ? "one set, not split" : joined(names);
  }

  Markup classes_section() const {
    const auto& splits = inspection_.splits;
    const bool broken = !inspection_.skipped.empty();
    std::vector<std::string> header{"class"};
    for (const data::InspectedSplit& split : splits) header.push_back(split.name);
    if (splits.size() > 1) header.emplace_back("total");
    if (broken) header.emplace_back("broken");
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
        "all", [](const auto& split) { return sum_of(split.usable); },
        [](const auto& split) { return sum_of(split.skipped); }));
    Markup content = table(header, rows);
    if (named < classes)
      content += paragraph(text::first_classes_text(named, grouped_size(classes), wording_));
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
    if (*few == 0) return text::empty_class_text(wording_);
    if (*few == *many) return "All classes have the same number of pictures to train on.";
    return text::balance_text({.largest = class_name(static_cast<size_t>(many - counts.begin())),
                               .smallest = class_name(static_cast<size_t>(few - counts.begin())),
                               .ratio = data::imbalance_of(counts)},
                              data::kUnequal, wording_);
  }

  static Markup plot(const std::vector<double>& values, const plot::Axis& axis, std::string_view title,
                     std::string_view unit, std::string_view prefix) {
    const plot::Histogram histogram = plot::count_bins(values, axis);
    const double largest = std::ranges::max(values);
    Markup card = plot_card([&] { return plot::histogram_svg(histogram, title, unit, prefix); },
                            fmt::format("{}: number of pictures by {}", title, unit));
    if (histogram.beyond == 0) return card;
    return fill("<div>{{card}}<p class=\"quiet\">{{note}}</p></div>",
                {{"card", card},
                 {"note", escaped(fmt::format("The last bar also holds {} up to {:.{}f}.",
                                              counted(static_cast<int64_t>(histogram.beyond), "larger one"),
                                              largest, largest < 100 ? 2 : 0))}});
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
    const Markup plots = plot(widths, plot::histogram_axis(widths, 1), "Width", "pixels", "w") +
                         plot(heights, plot::histogram_axis(heights, 1), "Height", "pixels", "h") +
                         plot(aspects, plot::histogram_axis(aspects, 0.05), "Shape",
                              "width / height (above 1: wider than high)", "a") +
                         plot(percents, {0, 100, 5}, "Brightness", "percent (0: black, 100: white)", "b");
    return formats_table() + paragraph(sizes_text()) +
           fill(
               "<figure><div class=\"plots\">{{plots}}</div><figcaption>How many pictures have which size, "
               "once turned upright, and which mean brightness.</figcaption></figure>\n",
               {{"plots", plots}});
  }

  Markup formats_table() const {
    std::vector<std::vector<Markup>> rows;
    for (const auto& [name, count] : inspection_.formats)
      rows.push_back(
          {escaped(name), escaped(grouped_size(count)),
           escaped(text::percent_1(static_cast<double>(count) / static_cast<double>(inspection_.usable())))});
    return table({"format, by content", "pictures", "share"}, rows);
  }

  std::string sizes_text() const {
    const auto &width = inspection_.width, &height = inspection_.height;
    std::string line = fmt::format(
        "Pictures are {} to {} pixels wide and {} to {} high; half of them are at most {} wide, and half at "
        "most {} high. Their mean brightness goes from {} to {}.",
        grouped(width.min), grouped(width.max), grouped(height.min), grouped(height.max),
        grouped(width.median), grouped(height.median), text::percent_1(inspection_.brightness.min),
        text::percent_1(inspection_.brightness.max));
    if (inspection_.converted > 0)
      line += fmt::format(" The colours of {} are converted to sRGB, as the ICC profile inside asks for.",
                          counted(static_cast<int64_t>(inspection_.converted), "picture"));
    return line;
  }

  /// The darkest and the brightest, which are often those that show nothing.
  Markup extremes() {
    std::vector<PictureFacts> sorted = inspection_.pictures;
    std::ranges::stable_sort(sorted, {}, &PictureFacts::brightness);
    const size_t shown = std::min(kExtremes, sorted.size() / 2);
    std::vector<PictureFacts> dark(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(shown));
    std::vector<PictureFacts> bright(sorted.rbegin(), sorted.rbegin() + static_cast<std::ptrdiff_t>(shown));
    return brightness_row("The darkest", dark) + brightness_row("The brightest", bright);
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
    Markup content =
        paragraph(fmt::format("At most {} pictures of each class, chosen at random, of all splits. Their "
                              "edges are cut to a square.",
                              each));
    for (size_t label = 0; label < classes; ++label) {
      const size_t count = by_class[label].size();
      Markup images;
      for (const Markup& image : thumbnails(
               chosen(std::move(by_class[label]), each, Random{hash_text("report.wall"), page_.seed, label})))
        images += image;
      content +=
          row(fmt::format("{}: {}", class_name(label), counted(static_cast<int64_t>(count), "picture")),
              "wall", images);
    }
    if (classes < by_class.size())
      content += paragraph(fmt::format(
          "The pictures of {} are not shown here, to keep the page small.",
          counted(static_cast<int64_t>(by_class.size() - classes), "further class", "further classes")));
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
    return paragraph(fmt::format(
               "{} an EXIF orientation that asks for turning or mirroring. margay does so before "
               "anything else, in training as in prediction.",
               counted(static_cast<int64_t>(inspection_.turned), "picture has", "pictures have"))) +
           row("As stored, and upright", "turned", figures);
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
    return paragraph(fmt::format(
               "{} there already, byte by byte, under another name. A picture under two labels teaches "
               "nonsense, one in two splits makes the result look better than it is, and one that comes "
               "twice to train on counts "
               "twice. A set that margay splits itself has all copies on one side.",
               counted(static_cast<int64_t>(inspection_.redundant()), "file is", "files are"))) +
           copies_rows("Under more than one label", in_classes) +
           copies_rows("In more than one split", in_splits) + copies_rows("Under the same label", others);
  }

  Markup copies_rows(std::string_view heading, const std::vector<const data::Copies*>& groups) {
    Markup cards;
    for (const data::Copies* same : std::span(groups).first(std::min(groups.size(), kCopies)))
      cards += copies_card(*same);
    if (groups.size() > kCopies)
      cards += paragraph(fmt::format("and {} more like these", grouped_size(groups.size() - kCopies)));
    const std::string count = counted(static_cast<int64_t>(groups.size()), "picture");
    return row(fmt::format("{}: {}", heading, count), "plots", cards);
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
      figures += paragraph(fmt::format("and {} more", grouped_size(same.size() - kCopiesBeside)));
    return fill("<div class=\"card facts-row\">{{figures}}</div>\n", {{"figures", figures}});
  }

  /// Its class, and the split where there are some.
  std::string place_of(const PictureFacts& picture) const {
    const std::string name = class_name(static_cast<size_t>(label_of(picture)));
    return inspection_.splits.size() == 1 ? name : fmt::format("{}, {}", name, split_of(picture).name);
  }

  Markup ignored_section() const {
    std::vector<std::vector<Markup>> rows;
    for (const auto& [reason, count] : inspection_.left_out.counts()) {
      if (rows.size() == kTableClasses) break;
      rows.push_back({escaped(shortened(reason, kNameLetters)), escaped(grouped_size(count))});
    }
    return rows.empty() ? Markup{} : table({"what", "files"}, rows);
  }

  const data::Dataset& dataset_;
  const data::Inspection& inspection_;
  const InspectionPage& page_;
  WorkerPool& pool_;
  std::stop_token stop_;
  const text::Wording& wording_;
};

}  // namespace

void write_inspection(const std::filesystem::path& path, const data::Dataset& dataset,
                      const data::Inspection& inspection, const InspectionPage& page, WorkerPool& pool,
                      std::stop_token stop, const text::Wording& wording) {
  write_file_atomically(path,
                        InspectionHtml(dataset, inspection, page, pool, std::move(stop), wording).html());
}

}  // namespace margay::pages
