// What the library names in backquotes is an option or a command here, and nothing else is touched.
#include "apps/margay/option_words.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/option_text.h"

namespace margay::app {
namespace {

TEST_CASE("options are spelled as on the command line") {
  CHECK(with_option_words("hold some back with `validation=0.2`") == "hold some back with --validation 0.2");
  CHECK(with_option_words("`max_megapixels`") == "--max-megapixels");
  CHECK(with_option_words("leave out `split_seed`, or `labels=leaf`") ==
        "leave out --split-seed, or --labels leaf");
  CHECK(with_option_words("`epochs=16` `patience=0` goes on") == "--epochs 16 --patience 0 goes on");
  CHECK(with_option_words("`max_bytes` allows more") == "--max-memory allows more");
}

TEST_CASE("values are quoted where a shell would take them apart") {
  CHECK(with_option_words("`label_pattern=^([a-z]+)\\.`") == "--label-pattern '^([a-z]+)\\.'");
  CHECK(with_option_words("`split_column=is valid`") == "--split-column 'is valid'");
  CHECK(with_option_words("`suffix=`") == "--suffix ''");
  CHECK(with_option_words("`out=it's=here`") == "--out 'it'\\''s=here'");
}

TEST_CASE("settings of a recipe are given by --set") {
  CHECK(with_option_words("smaller gradients, `optimizer.clip_norm=1`") ==
        "smaller gradients, --set optimizer.clip_norm=1");
  CHECK(with_option_words("`schedule.sizes=[]` shows it") == "--set 'schedule.sizes=[]' shows it");
  CHECK(with_option_words("`training.epochs`") == "--set training.epochs");
}

TEST_CASE("commands stand for what is one here") {
  CHECK(with_option_words("or go on with that run: `resume=my runs/a`") ==
        "or go on with that run: margay train --resume 'my runs/a'");
  CHECK(with_option_words("measure one with `range_test`") == "measure one with margay lr-find");
  CHECK(with_option_words("`inspect` says what is wrong") == "'margay inspect' says what is wrong");
  CHECK(with_option_words("`published_data=cats-and-dogs` fetches it") ==
        "'margay dataset get cats-and-dogs' fetches it");
}

TEST_CASE("what is no option stays as it is") {
  for (const char* text :
       {"", "no backquote", "`photo.jpg`", "`my photo` and `yours`", "`unknown=1`", "`Out`", "`--out`", "``",
        "`", "out`", "`out", "`out=1", "`training`", "`.`", "`models.csv`", R"(`margay train 'a "b"'`)"}) {
    CAPTURE(text);
    CHECK(with_option_words(text) == text);
  }
}

TEST_CASE("an option is found beside what is none") {
  CHECK(with_option_words("`photo` or `out`") == "`photo` or --out");
  CHECK(with_option_words("a ` b, `out` and `c") == "a ` b, --out and `c");
  CHECK(with_option_words("`my photo` `out`") == "`my photo` --out");
}

TEST_CASE("a value comes through whatever is in it") {
  for (const char* value : {"plain", "a`b", "`", "``", "a``", "`a", "two words", "x=y", "\n"}) {
    CAPTURE(value);
    const std::string words = with_option_words("(" + option_text("out", value) + ")");
    const std::string value_text = value == std::string("plain") || value == std::string("x=y")
                                       ? std::string(value)
                                       : "'" + std::string(value) + "'";
    CHECK(words == "(--out " + value_text + ")");
  }
  CHECK(option_text("out") == "`out`");
}

}  // namespace
}  // namespace margay::app
