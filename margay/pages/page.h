// What the pages have in common: frame, style, and the parts that they are put together from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/analysis/decision.h"
#include "margay/analysis/diagnosis.h"
#include "margay/data/dataset.h"
#include "margay/image/image.h"
#include "margay/pages/markup.h"
#include "margay/run/history.h"
#include "margay/text/page_text.h"
#include "margay/text/wording.h"

namespace margay::pages {

/// A whole page: one file, nothing loaded from elsewhere, light or dark as the reader's system is. The
/// browser is told to run `script` (see page_script.h) and no other. All words of a page are of one language.
std::string page(std::string_view title, const Markup& body, std::string_view script = {},
                 text::Language language = text::Language::english);

/// A heading and what stands below it; nothing without content.
Markup section(std::string_view heading, const Markup& content);
/// A number to see at first sight, with its name above and a note below.
Markup tile(std::string_view name, std::string_view value, std::string_view note);
/// Tiles side by side.
Markup tiles(const Markup& content);

/// Paragraph of plain text.
Markup paragraph(std::string_view plain);
/// A command line to copy; nothing for an empty one.
Markup command_block(std::string_view command);
/// Text in columns, such as a summary table; scrolls sideways by itself where it is too wide.
Markup preformatted(std::string_view plain);
/// Opens on a click.
Markup details(std::string_view summary, const Markup& content);

/// A picture file inside the page, reduced where it is large; nothing for an empty path. Throws IoError or
/// FormatError.
Markup picture_figure(const std::filesystem::path& file, std::string_view alternative,
                      std::string_view caption);
/// A picture as an `<img>` in the page, at most at its own size.
Markup inline_picture(image::ImageView picture, std::string_view alternative);

/// The same as JPEG, small: to look at, not to measure. `hover` is shown by a mouse.
Markup inline_thumbnail(image::ImageView picture, std::string_view alternative, std::string_view hover);

/// A plot of the program's own making on a card; `label` says what it shows to those who cannot see it.
/// Where it cannot be drawn, the card says why: a page is whole without its plots.
Markup plot_card(const std::function<std::string()>& draw_svg, std::string_view label,
                 const text::PageText& words = text::PageText());

/// The epochs as a table; folded when asked for, and when it is long.
Markup epoch_table(const run::History& history, bool folded = false,
                   const text::PageText& words = text::PageText());

/// Findings with evidence, advice and command.
Markup diagnosis_block(const analysis::Diagnosis& diagnosis, const text::Wording& wording);

/// What was decided without being asked for, as a table with the reasons; nothing where that is nothing.
Markup decisions_block(std::span<const analysis::Decision> decisions, const text::Wording& wording);

/// Files that could not be used, with their reasons, folded; nothing when there are none. Of very many the
/// first.
Markup skipped_block(std::span<const data::SkippedFile> skipped,
                     const text::PageText& words = text::PageText());
/// The same for files that are used although something of them is missing, was ignored or was guessed.
Markup noted_block(std::span<const data::NotedFile> noted, const text::PageText& words = text::PageText());

/// Facts as a table of two columns; nested values are written as JSON.
Markup facts_table(const Json& object);

/// A table from markup cells. The first column is text, the others are numbers and stand right.
Markup table(const std::vector<std::string>& header, const std::vector<std::vector<Markup>>& rows);

}  // namespace margay::pages
