// The page of an inspection shows what was found, takes no name for markup, and stays small.
#include "margay/pages/inspection_page.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/error.h"
#include "tests/pages/made_inspection.h"
#include "tests/pages/page_checks.h"
#include "tests/support/temporary_folder.h"

namespace margay::pages {
namespace {

using test::check_self_contained;
using test::contains;
using test::TemporaryFolder;

std::string page_about(const TemporaryFolder& folder, const std::vector<std::string>& classes) {
  test::write_made_dataset(folder / "data", classes);
  test::write_inspection_of(folder / "data", folder / "page");
  return read_text_file(folder / "page");
}

size_t count_of(const std::string& page, const std::string& part) {
  size_t count = 0;
  for (size_t at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("the page of an inspection has numbers and plots and pictures") {
  const TemporaryFolder folder;
  const std::string page = page_about(folder, {"cats", "dogs"});
  check_self_contained(page);
  for (const char* part :
       {"What is in my pictures", "margay inspect &#39;my pictures&#39;", "<h2>Classes</h2>",
        "To train on, the largest class, cats, has 1.2 times the pictures of the smallest, dogs",
        "let all pictures count the same", "150 to 200 pixels wide and 120 to 200 high", "Brightness",
        "The darkest", "The brightest", "cats: 8 pictures", "dogs: 8 pictures",
        "1 picture has an EXIF orientation", "1 file is used although", "short.jpg",
        "1 file could not be read", "train/cats/broken &amp; &quot;torn&quot;.jpg", "not a picture (.txt)"}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
  CHECK(count_of(page, "<svg") == 4);
  // 16 on the walls, 6 darkest and 6 brightest, and one twice that is turned.
  CHECK(count_of(page, "data:image/jpeg;base64,") == 16 + 12 + 2);
  CHECK_FALSE(contains(page, folder.path().string()));
}

TEST_CASE("names of classes and files stay text in the page of an inspection") {
  const TemporaryFolder folder;
  const std::string page = page_about(folder, {"\"quoted\" & 'so'", "<script>alert(1)<", "\xFF not UTF-8"});
  check_self_contained(page);
  CHECK(contains(page, "&lt;script&gt;alert(1)&lt;"));
  CHECK(contains(page, "&quot;quoted&quot; &amp; &#39;so&#39;"));
  CHECK_FALSE(contains(page, "\xFF"));
}

TEST_CASE("many noisy pictures and names make no large page") {
  const TemporaryFolder folder;
  const std::string long_name(120, 'x');
  for (size_t label = 0; label < 70; ++label) {
    const auto path = folder / "data" / (std::to_string(label) + long_name);
    make_folder(path);
    for (int i = 0; i < 11; ++i) {
      Random random{label, static_cast<uint64_t>(i)};
      image::Image noise(100, 100);
      for (uint8_t& value : noise.pixels) value = static_cast<uint8_t>(random.below(256));
      write_file_atomically(path / (long_name + std::to_string(i) + ".jpg"), image::encode_jpeg(noise, 95));
    }
    for (int i = 0; i < 4; ++i) write_file_atomically(path / (long_name + std::to_string(i) + ".png"), "no");
  }
  test::write_inspection_of(folder / "data", folder / "page.html");
  const std::string page = read_text_file(folder / "page.html");
  check_self_contained(page);
  CHECK(page.size() < 8'000'000);
  CHECK(contains(page, "The pictures of 10 further classes are not shown here"));
  CHECK(contains(page, "and 80 more"));
  CHECK(count_of(page, "class=\"wall\"") == 60);
  CHECK(count_of(page, "data:image/jpeg;base64,") == 600 + 12);
}

TEST_CASE("a page about nothing but broken files says so") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b"}) {
    make_folder(folder / "data" / name);
    write_file_atomically(folder / "data" / name / "1.jpg", "");
  }
  test::write_inspection_of(folder / "data", folder / "page.html");
  const std::string page = read_text_file(folder / "page.html");
  check_self_contained(page);
  CHECK(contains(page, "2 files could not be read"));
  CHECK_FALSE(contains(page, "<svg"));
}

TEST_CASE("copies stand side by side by the harm that they do") {
  const TemporaryFolder folder;
  test::write_made_dataset(folder / "data", {"cats", "dogs"});
  const auto copy = [&](const char* from, const char* to) {
    std::filesystem::copy_file(folder / "data" / from, folder / "data" / to);
  };
  test::write_inspection_of(folder / "data", folder / "page.html");
  CHECK_FALSE(contains(read_text_file(folder / "page.html"), "<h2>Copies</h2>"));
  copy("train/cats/0.jpg", "train/dogs/mislabelled.jpg");
  copy("train/cats/1.jpg", "validation/cats/leaked.jpg");
  for (const char* name : {"train/cats/a.jpg", "train/cats/b.jpg", "train/cats/c.jpg", "train/cats/d.jpg"})
    copy("train/cats/2.jpg", name);
  test::write_inspection_of(folder / "data", folder / "page.html");
  const std::string page = read_text_file(folder / "page.html");
  check_self_contained(page);
  for (const char* part :
       {"<h2>Copies</h2>", "6 files are there already", "Under more than one label: 1 picture",
        "dogs, train<br><bdi>mislabelled.jpg", "In more than one split: 1 picture",
        "cats, validation<br><bdi>leaked.jpg", "Under the same label: 1 picture", "and 1 more"}) {
    CAPTURE(part);
    CHECK(contains(page, part));
  }
}

TEST_CASE("unequal classes are told with what a training does about them") {
  const TemporaryFolder folder;
  for (int i = 0; i < 6; ++i)
    for (const char* name : {"few", "many"}) {
      make_folder(folder / "data" / name);
      if (name == std::string("many") || i < 2)
        test::write_picture(folder / "data" / name / (std::to_string(i) + ".png"), 20, 20, i);
    }
  test::write_inspection_of(folder / "data", folder / "page.html");
  const std::string page = read_text_file(folder / "page.html");
  CHECK(contains(page, "the largest class, many, has 3.0 times the pictures of the smallest, few"));
  CHECK(contains(page, "will let the pictures of small classes count more"));
  // A set without anything to train on has no such sentence.
  make_folder(folder / "checked");
  std::filesystem::rename(folder / "data", folder / "checked/validation");
  test::write_inspection_of(folder / "checked", folder / "page.html");
  CHECK_FALSE(contains(read_text_file(folder / "page.html"), "To train on"));
}

TEST_CASE("pictures that vanish after the inspection are left out of its page") {
  const TemporaryFolder folder;
  test::write_made_dataset(folder / "data", {"cats", "dogs"});
  WorkerPool pool(2);
  const data::Dataset dataset = data::Dataset::open(folder / "data");
  const data::Inspection inspection = data::inspect(dataset, pool);
  std::filesystem::remove_all(folder / "data/train/cats");
  write_inspection(folder / "page.html", dataset, inspection, {"my pictures", ""}, pool);
  CHECK(contains(read_text_file(folder / "page.html"), "cats: 8 pictures"));
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(
      write_inspection(folder / "late.html", dataset, inspection, {"", ""}, pool, source.get_token()),
      Interrupted);
  CHECK_THROWS_AS(write_inspection(folder / "absent/page.html", dataset, inspection, {"", ""}, pool),
                  IoError);
  CHECK_FALSE(std::filesystem::exists(folder / "late.html"));
}

TEST_CASE("the same seed chooses the same pictures and another one others") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b"}) {
    make_folder(folder / "data" / name);
    for (int i = 0; i < 40; ++i)
      test::write_picture(folder / "data" / name / (std::to_string(i) + ".png"), 20, 20, i);
  }
  WorkerPool pool(2);
  const data::Dataset dataset = data::Dataset::open(folder / "data");
  const data::Inspection inspection = data::inspect(dataset, pool);
  std::vector<std::string> pages;
  for (const uint64_t seed : {1, 1, 2}) {
    write_inspection(folder / "page.html", dataset, inspection, {"data", "", seed}, pool);
    pages.push_back(read_text_file(folder / "page.html"));
  }
  CHECK(pages[0] == pages[1]);
  CHECK(pages[0] != pages[2]);
}

}  // namespace
}  // namespace margay::pages
