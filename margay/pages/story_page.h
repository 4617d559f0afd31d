// story.html: what happened to one folder of pictures, told step by step beside the commands.
#pragma once

#include <filesystem>

#include "margay/analysis/story.h"
#include "margay/text/wording.h"

namespace margay::pages {

/// Writes the page atomically. Throws IoError, or FormatError for a picture that is none.
void write_story(const std::filesystem::path& path, const analysis::Story& story,
                 const text::Wording& wording = text::plain_english());

}  // namespace margay::pages
