// Puts the common parts of pages together.
#include "margay/pages/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/core/utf8.h"
#include "margay/core/version.h"
#include "margay/image/decode.h"
#include "margay/image/encode.h"
#include "margay/image/resize.h"
#include "margay/pages/page_style.h"
#include "margay/plot/gnuplot.h"
#include "margay/text/decision_text.h"
#include "margay/text/finding_text.h"
#include "margay/text/phrases.h"

namespace margay::pages {
namespace {

constexpr uint64_t kPictureLimitBytes = 64u << 20;
constexpr size_t kLargePictureBytes = 1u << 20;
constexpr size_t kOpenRows = 20;    // longer tables are folded
constexpr size_t kMostFiles = 200;  // that a list names
constexpr size_t kPathLetters = 300;

Markup cell(std::string_view plain) {
  return escaped(plain);
}

Markup image_element(std::span<const uint8_t> bytes, const image::PictureInfo& info,
                     std::string_view alternative, std::string_view hover = {}) {
  return fill(
      R"(<img src="{{data}}" width="{{width}}" height="{{height}}" alt="{{alt}}"{{title}}>)",
      {{"data", data_uri(image::media_type_of(info.format), bytes)},
       {"width", escaped(std::to_string(info.width))},
       {"height", escaped(std::to_string(info.height))},
       {"alt", escaped(alternative)},
       {"title", hover.empty() ? Markup{} : fill(R"( title="{{hover}}")", {{"hover", escaped(hover)}})}});
}

/// A JPEG about as wide as the page.
Markup reduced_element(const image::Image& picture, std::string_view alternative) {
  constexpr int kWidth = 1600, kQuality = 80;
  const int width = std::min(picture.width, kWidth);
  const int height = std::max(1, static_cast<int>(int64_t{picture.height} * width / picture.width));
  return image_element(
      image::encode_jpeg(image::resize(picture, width, height, image::Kernel::lanczos), kQuality),
      {image::Format::jpeg, width, height, 1}, alternative);
}

std::vector<Markup> epoch_row(const run::EpochRecord& record) {
  return {cell(std::to_string(record.epoch)),
          cell(text::decimal_3(record.loss)),
          cell(text::percent_1(record.accuracy)),
          cell(text::decimal_3(record.val_loss)),
          cell(text::percent_1(record.val_accuracy)),
          cell(fmt::format("{:.1f}", record.seconds)),
          cell(fmt::format("{:.0f}", record.images_per_second))};
}

/// Beginning with a capital letter where the alphabet has some.
std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Markup finding_card(const analysis::Finding& finding, const text::Wording& wording) {
  const text::Language language = wording.language();
  const std::string evidence = text::evidence_text(finding.facts, language) + text::say(language, ".", "。");
  return fill(
      R"(<div class="finding card" data-condition="{{condition}}"><h3>{{name}}</h3><p>{{evidence}}</p><p>{{advice}}</p>{{command}}</div>
)",
      {{"condition", escaped(name_of(finding.condition))},
       {"name", escaped(capitalised(text::condition_text(finding.condition, language)))},
       {"evidence", escaped(capitalised(evidence))},
       {"advice", escaped(text::advice_text(finding, wording))},
       {"command", command_block(wording.command(finding.action))}});
}

/// Forbids the browser to load anything, and to run anything but the page's own script.
Markup content_policy(std::string_view script) {
  const auto digest = sha256(std::span(reinterpret_cast<const uint8_t*>(script.data()), script.size()));
  const std::string allowed =
      script.empty() ? std::string() : fmt::format("; script-src 'sha256-{}'", base64(digest));
  return escaped("default-src 'none'; img-src data:; style-src 'unsafe-inline'" + allowed);
}

/// A folded list of the first files, each with its text.
template <class File>
Markup file_list(const std::string& summary, std::span<const File> files, std::string File::*why,
                 const text::PageText& words) {
  Markup items;
  for (const File& file : files.first(std::min(files.size(), kMostFiles)))
    items += fill("<li><code><bdi>{{path}}</bdi></code>: {{why}}</li>\n",
                  {{"path", escaped(shortened(file.path.string(), kPathLetters))},
                   {"why", escaped(shortened(file.*why, kPathLetters))}});
  if (files.size() > kMostFiles)
    items += fill("<li>{{rest}}</li>\n",
                  {{"rest", escaped(words.and_more(static_cast<int64_t>(files.size() - kMostFiles)))}});
  return details(summary, fill("<ul>{{items}}</ul>\n", {{"items", items}}));
}

}  // namespace

std::string page(std::string_view title, const Markup& body, std::string_view script,
                 text::Language language) {
  return fill(R"(<!DOCTYPE html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="margay {{version}}">
<meta http-equiv="Content-Security-Policy" content="{{policy}}">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>{{style}}</style>
</head>
<body>
<main>
{{body}}
</main>
{{script}}</body>
</html>
)",
              {{"language", escaped(text::html_code_of(language))},
               {"version", escaped(kVersion)},
               {"title", escaped(title)},
               {"style", Markup{std::string(kPageStyle)}},
               {"body", body},
               {"policy", content_policy(script)},
               {"script", script.empty() ? Markup{} : Markup{fmt::format("<script>{}</script>\n", script)}}})
      .html;
}

Markup section(std::string_view heading, const Markup& content) {
  if (content.html.empty()) return {};
  return fill("<section>\n<h2>{{heading}}</h2>\n{{content}}</section>\n",
              {{"heading", escaped(heading)}, {"content", content}});
}

Markup tile(std::string_view name, std::string_view value, std::string_view note) {
  return fill("<div class=\"tile\"><dt>{{name}}</dt><dd>{{value}}<small>{{note}}</small></dd></div>\n",
              {{"name", escaped(name)}, {"value", escaped(value)}, {"note", escaped(note)}});
}

Markup tiles(const Markup& content) {
  return fill("<dl class=\"tiles\">{{tiles}}</dl>\n", {{"tiles", content}});
}

Markup paragraph(std::string_view plain) {
  return fill("<p>{{text}}</p>\n", {{"text", escaped(plain)}});
}

Markup command_block(std::string_view command) {
  if (command.empty()) return {};
  return fill("<pre class=\"command\">{{command}}</pre>\n", {{"command", escaped(command)}});
}

Markup preformatted(std::string_view plain) {
  return fill("<pre>{{text}}</pre>\n", {{"text", escaped(plain)}});
}

Markup details(std::string_view summary, const Markup& content) {
  return fill("<details><summary>{{summary}}</summary>\n{{content}}</details>\n",
              {{"summary", escaped(summary)}, {"content", content}});
}

Markup picture_figure(const std::filesystem::path& file, std::string_view alternative,
                      std::string_view caption) {
  if (file.empty()) return {};
  const std::vector<uint8_t> bytes = read_file(file, kPictureLimitBytes);
  return fill("<figure>{{picture}}<figcaption>{{caption}}</figcaption></figure>\n",
              {{"picture", bytes.size() > kLargePictureBytes
                               ? reduced_element(image::decode(bytes), alternative)
                               : image_element(bytes, image::probe(bytes), alternative)},
               {"caption", escaped(caption)}});
}

Markup inline_picture(image::ImageView picture, std::string_view alternative) {
  return image_element(image::encode_png(picture), {image::Format::png, picture.width, picture.height, 1},
                       alternative);
}

Markup inline_thumbnail(image::ImageView picture, std::string_view alternative, std::string_view hover) {
  constexpr int kQuality = 75;
  return image_element(image::encode_jpeg(picture, kQuality),
                       {image::Format::jpeg, picture.width, picture.height, 1}, alternative, hover);
}

Markup plot_card(const std::function<std::string()>& draw_svg, std::string_view label,
                 const text::PageText& words) try {
  return fill("<div class=\"plot card\" role=\"img\" aria-label=\"{{label}}\">{{svg}}</div>",
              {{"label", escaped(label)}, {"svg", Markup{draw_svg()}}});
} catch (const plot::DrawingError& error) {
  return fill("<div class=\"plot card\">{{note}}</div>",
              {{"note", paragraph(words.not_drawn(label, reason_of(error)))}});
}

Markup epoch_table(const run::History& history, bool folded, const text::PageText& words) {
  std::vector<std::vector<Markup>> rows;
  for (const run::EpochRecord& record : history) rows.push_back(epoch_row(record));
  const Markup made = table(words.epoch_columns(), rows);
  return folded || rows.size() > kOpenRows
             ? details(rows.size() == 1 ? words.the_epoch() : words.all_epochs(rows.size()), made)
             : made;
}

Markup diagnosis_block(const analysis::Diagnosis& diagnosis, const text::Wording& wording) {
  Markup block;
  for (const analysis::Finding& finding : diagnosis.findings) block += finding_card(finding, wording);
  return block;
}

Markup decisions_block(std::span<const analysis::Decision> decisions, const text::Wording& wording) {
  if (decisions.empty()) return {};
  Markup rows;
  for (const analysis::Decision& decision : decisions)
    rows += fill("<tr><td>{{setting}}</td><td>{{value}}</td><td>{{reason}}</td></tr>\n",
                 {{"setting", escaped(text::setting_text(decision, wording.language()))},
                  {"value", escaped(text::value_text(decision, wording.language()))},
                  {"reason", escaped(text::reason_text(decision, wording))}});
  return paragraph(text::PageText(wording.language()).decisions_lead()) +
         fill("<table class=\"facts\"><tbody>{{rows}}</tbody></table>\n", {{"rows", rows}});
}

Markup skipped_block(std::span<const data::SkippedFile> skipped, const text::PageText& words) {
  if (skipped.empty()) return {};
  return file_list(words.were_left_out(static_cast<int64_t>(skipped.size())), skipped,
                   &data::SkippedFile::reason, words);
}

Markup noted_block(std::span<const data::NotedFile> noted, const text::PageText& words) {
  if (noted.empty()) return {};
  return file_list(words.are_used(static_cast<int64_t>(noted.size())), noted, &data::NotedFile::note, words);
}

Markup facts_table(const Json& object) {
  Markup rows;
  for (const auto& [name, value] : object.items()) {
    const std::string shown = value.is_string() ? value.get<std::string>() : format_json(value);
    rows += fill("<tr><td>{{name}}</td><td>{{value}}</td></tr>\n",
                 {{"name", escaped(name)}, {"value", escaped(shown)}});
  }
  return fill("<table class=\"facts\"><tbody>{{rows}}</tbody></table>\n", {{"rows", rows}});
}

Markup table(const std::vector<std::string>& header, const std::vector<std::vector<Markup>>& rows) {
  Markup head, body;
  for (const std::string& name : header)
    head += fill("<th scope=\"col\">{{name}}</th>", {{"name", escaped(name)}});
  for (const auto& row : rows) {
    Markup cells;
    for (const Markup& content : row) cells += fill("<td>{{cell}}</td>", {{"cell", content}});
    body += fill("<tr>{{cells}}</tr>\n", {{"cells", cells}});
  }
  return fill(
      "<div "
      "class=\"scroll\"><table><thead><tr>{{head}}</tr></thead><tbody>\n{{body}}</tbody></table></div>\n",
      {{"head", head}, {"body", body}});
}

}  // namespace margay::pages
