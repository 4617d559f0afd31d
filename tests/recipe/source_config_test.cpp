// What a run writes down of how its data were read, and the commands that say it again.
#include "margay/recipe/source_config.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/recipe/config.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

using Words = std::vector<std::string>;

SourceConfig read_all_ways() {
  SourceConfig source;
  source.recipe = "article";
  source.data = "/data/my pets.csv";
  source.split_seed = 7;
  source.reading = {.labels = "leaf",
                    .label_pattern = "^([a-z]+)",
                    .path_column = "id",
                    .label_column = "breed",
                    .split_column = "part",
                    .root = "/data/train",
                    .suffix = ".jpg",
                    .follow_links = true,
                    .max_megapixels = "400",
                    .validation = 0.3,
                    .allow_broken = true};
  return source;
}

Config through_toml(const SourceConfig& source) {
  Config config = load_recipe("article");
  config.source = source;
  return Config::from_document(parse_toml(format_toml(config.to_document()), "config.toml"), "config.toml");
}

TEST_CASE("how data were read survives config.toml") {
  const SourceConfig source = read_all_ways();
  const SourceConfig back = through_toml(source).source;
  CHECK(to_json(back) == to_json(source));
  CHECK(data_words(back.reading) == data_words(source.reading));
  CHECK(split_words(back) == split_words(source));
  const SourceConfig plain = through_toml({}).source;
  CHECK(data_words(plain.reading).empty());
  CHECK(split_words(plain).empty());
  CHECK_FALSE(to_json(plain).contains("reading"));
  SourceConfig bare;
  bare.reading.suffix = "";  // which is not the same as none
  CHECK(through_toml(bare).source.reading.suffix == "");
}

TEST_CASE("advised commands say it again") {
  const SourceConfig source = read_all_ways();
  CHECK(data_words(source.reading) == Words{"--labels", "leaf", "--label-pattern", "^([a-z]+)",
                                            "--path-column", "id", "--label-column", "breed",
                                            "--split-column", "part", "--root", "/data/train",
                                            "--max-megapixels", "400", "--suffix", ".jpg", "--follow-links"});
  CHECK(split_words(source) == Words{"--validation", "0.3", "--split-seed", "7", "--allow-broken"});
  CHECK(manifest_words(source.reading) == Words{"--max-megapixels", "400"});
  CHECK(manifest_words({}).empty());
}

TEST_CASE("what config.toml cannot say of the data is refused by its name") {
  const auto read = [](const char* text) {
    return Config::from_document(parse_toml(text, "config.toml"), "config.toml");
  };
  CHECK_THROWS_WITH_AS(read("[source]\nreading = { validation = 2 }"),
                       doctest::Contains("source.reading.validation is 2"), UsageError);
  CHECK_THROWS_WITH_AS(read("[source]\nreading = { lables = 'leaf' }"),
                       doctest::Contains("source.reading.lables"), UsageError);
}

}  // namespace
}  // namespace margay::recipe
