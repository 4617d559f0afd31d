// The words of the page of an inspection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "margay/data/inspection.h"
#include "margay/text/page_text.h"
#include "margay/text/wording.h"

namespace margay::text {

/// The classes that have the most and the fewest pictures to train on.
struct LargestAndSmallest {
  std::string largest, smallest;
  double ratio = 1;  ///< of their pictures
};

/// A kind of copies, by the harm that they do.
enum class CopiesKind { in_several_classes, in_several_splits, in_one_class };

/// Its sentences, headings and columns, a function each; what all pages say is in `PageText`. The wording has
/// to outlive it.
class InspectionText {
 public:
  explicit InspectionText(const Wording& wording)
      : wording_(wording), language_(wording.language()), page_(language_) {}

  const PageText& page() const { return page_; }

  std::string title(const std::string& data) const;
  std::string made_by_margay() const;

  // Headings.

  std::string warnings() const;
  std::string classes() const;
  std::string formats_and_sizes() const;
  std::string darkest_and_brightest() const;
  std::string darkest() const;
  std::string brightest() const;
  std::string the_pictures() const;
  std::string copies() const;
  std::string turned() const;
  std::string broken() const;
  std::string ignored() const;

  // Tiles.

  std::string can_be_used() const;
  /// "in train and validation"
  std::string in_splits(std::span<const std::string> splits) const;
  std::string broken_note(size_t broken) const;
  std::string turned_note() const;
  std::string files() const;
  std::string of_usable_pictures() const;

  // The table of classes.

  std::string total() const;
  std::string broken_column() const;
  /// Where the table does not name all of them.
  std::string first_classes(size_t named, size_t count) const;
  /// Where a class has no picture at all to train on.
  std::string empty_class() const;
  std::string equal_classes() const;
  /// What a training makes of classes of several sizes, which count as unequal from the ratio `unequal` on.
  std::string balance(const LargestAndSmallest& classes, double unequal) const;

  // Formats and sizes.

  std::vector<std::string> format_columns() const;
  /// Least, median and most of them, and what was converted.
  std::string sizes(const data::Inspection& inspection) const;
  std::string sizes_caption() const;
  std::string width() const;
  std::string height() const;
  std::string pixels() const;
  std::string shape() const;
  std::string shape_unit() const;
  std::string brightness() const;
  std::string brightness_unit() const;
  std::string number_by(const std::string& title, const std::string& unit) const;
  std::string last_bar(int64_t larger, double largest) const;

  // Pictures.

  std::string wall(size_t each) const;
  std::string pictures_of_class(const std::string& name, int64_t count) const;
  std::string classes_not_shown(int64_t count) const;
  std::string are_turned(int64_t count) const;
  std::string stored_and_upright() const;
  std::string are_copies(int64_t files) const;
  std::string copies_of_kind(CopiesKind kind, int64_t pictures) const;
  std::string more_like_these(int64_t rest) const;
  /// A class, and a split of it.
  std::string place(const std::string& name, const std::string& split) const;

  // What was left out.

  std::vector<std::string> ignored_columns() const;
  /// About the warnings, whose words are those of the terminal; empty where that speaks the page's language.
  std::string warnings_lead() const;

 private:
  template <class... Arguments>
  std::string say(fmt::format_string<Arguments...> english, fmt::format_string<Arguments...> chinese,
                  Arguments&&... arguments) const {
    return text::say<Arguments...>(language_, english, chinese, std::forward<Arguments>(arguments)...);
  }

  const Wording& wording_;
  Language language_;
  PageText page_;
};

}  // namespace margay::text
