// A name is words, of which one says the split and others say nothing.
#include "margay/data/split_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "margay/core/error.h"
#include "margay/core/lower_case.h"

namespace margay::data {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kSplitWords{
    {{"train", "train"},
     {"training", "train"},
     {"trn", "train"},
     {"trainval", "train"},  // PASCAL VOC: both
     {"validation", "validation"},
     {"validate", "validation"},
     {"valid", "validation"},
     {"val", "validation"},
     {"dev", "validation"},
     {"devel", "validation"},
     {"development", "validation"},
     {"test", "test"},
     {"tests", "test"},
     {"testing", "test"},
     {"tst", "test"},
     {"publictest", "validation"},  // Kaggle's two
     {"privatetest", "test"}}};

/// Validation for some, the test set for others.
constexpr std::array<std::string_view, 4> kEitherWords{"eval", "evaluation", "holdout", "heldout"};

constexpr std::array<std::string_view, 19> kEmptyWords{
    "set",      "sets", "data",   "dataset", "datasets", "image",  "images", "img",   "imgs",   "picture",
    "pictures", "pics", "photos", "split",   "splits",   "folder", "dir",    "files", "samples"};

bool contains(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
/// Bytes of letters beyond ASCII belong to words.
bool is_letter(char c) {
  return is_lower(c) || is_upper(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// In lower case: trainSet2017_b is train, set, 2017, b.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  char before = ' ';
  for (const char c : name) {
    if (!is_letter(c) && !is_digit(c)) {
      before = ' ';
      continue;
    }
    const bool begins = before == ' ' || is_digit(c) != is_digit(before) || (is_lower(before) && is_upper(c));
    if (begins) words.emplace_back();
    words.back() += lower_case(std::string(1, c));
    before = c;
  }
  return words;
}

bool is_year(std::string_view word) {
  return word.size() == 4 && (word.starts_with("19") || word.starts_with("20")) &&
         std::all_of(word.begin(), word.end(), is_digit);
}

bool is_split_word(std::string_view word) {
  return contains(kEitherWords, word) ||
         std::ranges::any_of(kSplitWords, [&](const auto& known) { return known.first == word; });
}

/// The split that a word says, also where words are written as one: testset, traindataset. "either" for both.
std::string_view split_of_word(std::string_view word) {
  for (const auto& [known, split] : kSplitWords)
    if (word == known) return split;
  if (contains(kEitherWords, word)) return "either";
  for (const std::string_view empty : kEmptyWords) {
    if (word.size() <= empty.size()) continue;
    std::string_view split;
    if (word.ends_with(empty)) split = split_of_word(word.substr(0, word.size() - empty.size()));
    if (split.empty() && word.starts_with(empty)) split = split_of_word(word.substr(empty.size()));
    if (!split.empty()) return split;
  }
  return {};
}

/// What a name says about the split, and what else it says.
struct Meaning {
  std::string split;  ///< "either" for both; empty for none, and for more than one
  std::string rest;   ///< the other words
};

Meaning meaning_of(std::string_view name) {
  std::vector<std::string> words;
  for (const std::string& word : words_of(name))
    if (!contains(kEmptyWords, word) && !is_year(word)) words.push_back(word);
  // hold_out, train_val, PublicTest
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (is_split_word(words[i] + words[i + 1])) {
      words[i] += words[i + 1];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  Meaning meaning;
  for (const std::string& word : words) {
    const std::string_view split = split_of_word(word);
    if (split.empty())
      meaning.rest += word + ' ';
    else if (!meaning.split.empty())
      return {};
    else
      meaning.split = split;
  }
  return meaning;
}

}  // namespace

std::string split_of_name(std::string_view name) {
  const Meaning meaning = meaning_of(name);
  if (!meaning.rest.empty()) return {};
  return meaning.split == "either" ? "validation" : meaning.split;
}

std::string split_in_name(std::string_view name) {
  const Meaning meaning = meaning_of(name);
  return meaning.split == "either" ? "validation" : meaning.split;
}

std::string split_misspelt_as(std::string_view name) {
  constexpr size_t kFewestLetters = 4, kLettersPerSlip = 5;
  const std::string word = lower_case(std::string(name));
  if (word.size() < kFewestLetters || !split_of_name(name).empty()) return {};
  for (const auto& [known, split] : kSplitWords)
    if (known.size() >= kFewestLetters &&
        edit_distance(word, known) <= std::max<size_t>(1, known.size() / kLettersPerSlip))
      return std::string(split);
  return {};
}

std::map<std::string, std::string, std::less<>> splits_of_folders(const std::vector<std::string>& folders) {
  std::map<std::string, Meaning, std::less<>> meanings;
  std::map<std::string, size_t> alike;  // folders that say a split, by what else they say
  bool has_plain = false;               // beside train, train_labels is something else
  bool has_validation = false;
  for (const std::string& folder : folders) {
    Meaning meaning = meaning_of(folder);
    if (meaning.split.empty()) continue;
    has_validation |= meaning.split == "validation";
    ++alike[meaning.rest];
    has_plain |= meaning.rest.empty();
    meanings.emplace(folder, std::move(meaning));
  }
  std::map<std::string, std::string, std::less<>> splits;
  for (auto& [folder, meaning] : meanings) {
    if (!meaning.rest.empty() && (has_plain || alike[meaning.rest] < 2)) continue;
    if (meaning.split == "either") meaning.split = has_validation ? "test" : "validation";
    splits.emplace(folder, std::move(meaning.split));
  }
  return splits;
}

}  // namespace margay::data
