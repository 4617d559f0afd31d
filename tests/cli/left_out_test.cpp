// What commands say about files that are not used, and that they do not use them.
#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/core/json.h"
#include "margay/core/unicode.h"
#include "tests/support/pets_place.h"
#include "tests/support/skipped.h"

using namespace margay;
namespace fs = std::filesystem;
using Place = test::PetsPlace;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What a training has written before its first step, inside the data set.
void write_run(const fs::path& folder) {
  make_folder(folder);
  for (const char* name : {"manifest.csv", "environment.json"})
    write_file_atomically(folder / name, std::string_view("not looked into"));
  write_file_atomically(folder / "config.toml", std::string_view("description = \"\"\n"));
}

}  // namespace

TEST_CASE("inspect and show leave runs and strangers out by name") {
  const Place place;
  write_run(place / "pets/train/runs/article");
  write_file_atomically(place / "pets/train/cats/notes.txt", std::string_view("text"));
  fs::rename(place / "pets/train/cats/0.png", place / "pets/train/cats/no ending");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"inspect", "pets/train", "--verbose"},
        {"show", "pets/train", "--count", "2", "--out", "seen.png", "--verbose"}}) {
    const test::ProgramResult result = place.run(words);
    const std::string said = result.out + result.err;
    CAPTURE(said);
    CHECK(result.exit_code == 0);
    CHECK(has(said, "2 classes (cats, dogs)"));
    CHECK(has(said, "left out: runs/ (a run of margay), 1 not a picture (.txt)"));
    CHECK(has(said, "  cats/notes.txt: not a picture (.txt)"));
    CHECK_FALSE(has(said, "no ending"));
  }
  const Json facts = Json::parse(place.run({"inspect", "pets/train", "--json"}).out);
  CHECK(facts["pictures"] == 48);
  CHECK(facts["left_out"].size() == 2);
}

TEST_CASE("tables of any form are read as they are or as the options say") {
  const Place place;
  for (const char* name : {"cats", "dogs"})
    for (const char* number : {"0", "1"})
      fs::copy_file(place / "pets/train" / name / (std::string(number) + ".png"),
                    place / (std::string(name) + number + ".png"));
  write_file_atomically(place / "ids.csv", std::string_view("id;breed\ncats0;cat\ncats1;cat\ndogs0;dog\n"));
  const test::ProgramResult guessed = place.run({"inspect", "ids.csv"});
  CHECK(has(guessed.out, "a manifest, separated by ';': path in 'id', class in 'breed', pictures are *.png"));
  const test::ProgramResult told = place.run({"inspect", "ids.csv", "--path-column", "id", "--label-column",
                                              "breed", "--root", ".", "--suffix", ".png"});
  CHECK(has(told.out, "a manifest, separated by ';', not split"));
  fs::remove_all(place / "pets");
  CHECK(has(place.run({"inspect", ".", "--label-pattern", "^([a-z]+)\\d"}).out, "2 classes (cats, dogs)"));
  CHECK(place.run({"inspect", ".", "--root", "x"}).exit_code == 2);
}

TEST_CASE("what inspect counts before and after it has decoded adds up") {
  const Place place;
  fs::create_symlink("nowhere.png", place / "pets/train/cats/dead.png");
  write_file_atomically(place / "pets/train/dogs/broken.png", std::string_view("no picture"));
  const std::string out = place.run({"inspect", "pets/train"}).out;
  CAPTURE(out);
  CHECK(has(out, "pictures: all 49, and 1 that cannot be read"));
  CHECK(has(out, "\ntotal      48\nskipped     2\n"));
}

TEST_CASE("tables of a terminal are aligned whatever the letters of the names") {
  const Place place;
  fs::rename(place / "pets/train/cats", place / "pets/train/ねこ");
  fs::rename(place / "pets/train/dogs", place / "pets/train/cafe\u0301");
  const std::string out = place.run({"inspect", "pets/train"}).out;
  std::vector<size_t> widths;
  for (const char* name : {"\nねこ", "\ncafe\u0301", "\ntotal"}) {
    const size_t at = out.find(name);
    REQUIRE(at != out.npos);
    widths.push_back(display_width(out.substr(at + 1, out.find('\n', at + 1) - at - 1)));
  }
  CHECK(widths[0] == widths[1]);
  CHECK(widths[1] == widths[2]);
}

TEST_CASE("links to folders elsewhere are followed where the command is told to") {
  if (!test::has_training_program(MARGAY_PROGRAM)) return;
  const Place place;
  make_folder(place / "linked");
  for (const char* name : {"cats", "dogs"})
    fs::create_directory_symlink(place / "pets/validation" / name, place / "linked" / name);
  const test::ProgramResult plain = place.run({"story", "linked", "--epochs", "1"});
  CHECK(plain.exit_code != 0);
  CHECK(has(plain.err, "--follow-links follows the links"));
  const test::ProgramResult story =
      place.run({"story", "linked", "--follow-links", "--epochs", "1", "--size", "32"});
  CAPTURE(story.err);
  CHECK(story.exit_code == 0);
  CHECK(has(read_text_file(place / "story/story.html"), "margay inspect linked --follow-links"));
}
