// The limit goes through the environment, since decoding is everywhere and a model or a recipe must not carry
// it.
#include "apps/margay/picture_limit.h"

#include <algorithm>
#include <cstdlib>

#include "margay/image/decode.h"

namespace margay::app {
namespace {

constexpr const char* kVariable = "MARGAY_MAX_MEGAPIXELS";

}  // namespace

void require_picture_limit(const std::vector<std::string>& words) {
  const bool decides = std::ranges::any_of(words, [](const std::string& word) {
    return word.starts_with("--max-megapixels") || word == "--help" || word == "-h";
  });
  if (words.size() > 1 && !words[1].starts_with('-') && !decides) (void)image::default_max_pixels();
}

void add_picture_limit(CLI::App& command, std::string* given) {
  command
      .add_option_function<std::string>(
          "--max-megapixels",
          [given](const std::string& megapixels) {
            if (given != nullptr) *given = megapixels;
            set_picture_limit(megapixels);
          },
          "a larger picture is skipped before memory is taken for it, 3 bytes a pixel and more (250; or set "
          "MARGAY_MAX_MEGAPIXELS)")
      ->type_name("NUMBER");
}

void set_picture_limit(const std::string& megapixels) {
  (void)image::pixels_of_megapixels(megapixels, "--max-megapixels");
  setenv(kVariable, megapixels.c_str(), 1);
}

std::string picture_limit() {
  const char* const megapixels = std::getenv(kVariable);
  return megapixels == nullptr ? std::string() : megapixels;
}

}  // namespace margay::app
