// What reading a data set said of it, which is English, in the language of a page.
#pragma once

#include <string>
#include <string_view>

#include "margay/text/language.h"

namespace margay::text {

/// A text that was English.
struct DataText {
  std::string text;
  bool is_foreign = false;  ///< it still is, on a page that is not
};

/// Dataset::layout as a sentence. How a table was read, where that is not plain, stays English.
DataText layout_text(std::string_view layout, Language language);

/// Why an entry was left out: a key of LeftOut::counts. What has no translation stays English.
DataText left_out_text(std::string_view reason, Language language);

}  // namespace margay::text
