// Pictures to show: exactly what the network gets, spread over classes, whatever is broken.
#include "margay/plot/samples.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"
#include "margay/image/encode.h"
#include "tests/support/temporary_folder.h"

namespace margay::plot {
namespace {

namespace fs = std::filesystem;

image::Image noise(int width, int height, uint64_t seed) {
  image::Image picture(width, height);
  Random random{seed};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.bits());
  return picture;
}

/// Three classes with four pictures each in one split.
struct Pictures {
  test::TemporaryFolder folder;
  image::Preprocess spec;

  Pictures() {
    spec.width = spec.height = 24;
    uint64_t seed = 0;
    for (const char* name : {"ants", "bees", "cats"}) {
      make_folder(folder / name);
      for (int i = 0; i < 4; ++i)
        write_file_atomically(folder / name / fmt::format("{}.png", i),
                              image::encode_png(noise(40, 30, ++seed)));
    }
  }
  data::Dataset open() const { return data::Dataset::open(folder.path()); }
  std::vector<ShownPicture> choose(int count, uint64_t seed = 1) const {
    const data::Dataset dataset = open();
    return choose_pictures(dataset, dataset.split("all"), spec, count, seed);
  }
};

/// Whether `part` occurs in `whole`, enlarged by `factor`.
bool contains(const image::Image& whole, image::ImageView part, int factor) {
  const auto same = [&](int x0, int y0) {
    for (int y = 0; y < part.height * factor; ++y)
      for (int x = 0; x < part.width * factor; ++x)
        if (!std::equal(part.pixels + (y / factor * part.width + x / factor) * 3,
                        part.pixels + (y / factor * part.width + x / factor) * 3 + 3,
                        whole.pixels.data() + (static_cast<size_t>(y0 + y) * whole.width + x0 + x) * 3))
          return false;
    return true;
  };
  for (int y = 0; y + part.height * factor <= whole.height; ++y)
    for (int x = 0; x + part.width * factor <= whole.width; ++x)
      if (same(x, y)) return true;
  return false;
}

TEST_CASE("chosen pictures are spread over the classes") {
  const Pictures pictures;
  const auto chosen = pictures.choose(6);
  REQUIRE(chosen.size() == 6);
  std::multiset<std::string> classes;
  std::set<fs::path> paths;
  for (const ShownPicture& picture : chosen) {
    classes.insert(picture.class_name);
    paths.insert(picture.path);
    CHECK(picture.path.parent_path().filename() == picture.class_name);
  }
  CHECK(paths.size() == 6);
  for (const char* name : {"ants", "bees", "cats"}) CHECK(classes.count(name) == 2);
}

TEST_CASE("the choice depends on the seed alone") {
  const Pictures pictures;
  const auto paths = [&](uint64_t seed) {
    std::vector<fs::path> list;
    for (const ShownPicture& picture : pictures.choose(12, seed)) list.push_back(picture.path);
    return list;
  };
  CHECK(paths(1) == paths(1));
  CHECK(paths(1) != paths(2));
}

TEST_CASE("chosen pictures are what the network gets") {
  const Pictures pictures;
  for (const ShownPicture& picture : pictures.choose(3))
    CHECK(picture.fitted == image::fit_picture(image::decode_file(picture.path), pictures.spec));
}

TEST_CASE("fewer pictures than asked for are all shown") {
  const Pictures pictures;
  CHECK(pictures.choose(100).size() == 12);
}

TEST_CASE("broken pictures are passed over") {
  const Pictures pictures;
  for (int i = 0; i < 4; ++i)
    write_file_atomically(pictures.folder / fmt::format("bees/{}.png", i), std::string_view("broken"));
  const auto chosen = pictures.choose(100);
  CHECK(chosen.size() == 8);
  for (const ShownPicture& picture : chosen) CHECK(picture.class_name != "bees");
}

TEST_CASE("a data set without a picture that decodes is an error") {
  const Pictures pictures;
  for (const char* name : {"ants", "bees", "cats"})
    for (int i = 0; i < 4; ++i)
      write_file_atomically(pictures.folder / name / fmt::format("{}.png", i), std::string_view("broken"));
  CHECK_THROWS_AS(pictures.choose(3), DataError);
}

TEST_CASE("the row holds the exact pixels") {
  const Pictures pictures;
  const auto chosen = pictures.choose(3);
  const image::Image row = draw_samples(chosen, "all");
  for (const ShownPicture& picture : chosen) CHECK(contains(row, picture.fitted, 6));
  CHECK_THROWS_AS(draw_samples({}, "all"), UsageError);
}

TEST_CASE("pictures chosen from a cache are those of the files and need no file any more") {
  Pictures pictures;
  WorkerPool pool(2);
  const data::Dataset dataset = pictures.open();
  const auto cache = data::DecodedCache::build(dataset.split("all"), pictures.spec, pool);
  const auto from_files = pictures.choose(5);
  for (size_t i = 0; i < cache.size(); ++i) std::filesystem::remove(cache.path(i));
  const auto from_cache = choose_pictures(dataset.classes, cache, 5, 1);
  REQUIRE(from_cache.size() == from_files.size());
  for (size_t i = 0; i < from_cache.size(); ++i) {
    CHECK(from_cache[i].fitted == from_files[i].fitted);
    CHECK(from_cache[i].path == from_files[i].path);
    CHECK(from_cache[i].class_name == from_files[i].class_name);
  }
}

TEST_CASE("the augmented row holds the original and the variants") {
  const image::Image original = noise(30, 20, 9);
  const augment::Pipeline pipeline = augment::Pipeline::parse("all");
  const image::Image row = draw_augmented(original, pipeline, 5, 3, "cats");
  CHECK(contains(row, original, 5));
  CHECK(row == draw_augmented(original, pipeline, 5, 3, "cats"));
  CHECK_FALSE(row == draw_augmented(original, pipeline, 5, 4, "cats"));
  CHECK(draw_augmented(original, pipeline, 12, 3, "cats").height > row.height);
  CHECK_THROWS_AS(draw_augmented(original, {}, 5, 3, "cats"), UsageError);
  CHECK_THROWS_AS(draw_augmented(original, pipeline, 0, 3, "cats"), UsageError);
}

TEST_CASE("mixed pictures stand below their own") {
  const Pictures pictures;
  const auto chosen = pictures.choose(3);
  const augment::Pipeline mixup = augment::Pipeline::parse("mixup=1");
  const image::Image grid = draw_mixed(chosen, mixup, 3);
  std::vector<uint8_t> batch;
  for (const ShownPicture& picture : chosen) {
    CHECK(contains(grid, picture.fitted, 6));
    batch.insert(batch.end(), picture.fitted.pixels.begin(), picture.fitted.pixels.end());
  }
  augment::mix_batch(augment::draw_mixes({.mixup = 1}, std::vector<uint32_t>{0, 1, 2}, 24, 24, 3, 0), 24, 24,
                     batch);
  for (size_t i = 0; i < 3; ++i) CHECK(contains(grid, {24, 24, batch.data() + i * 24 * 24 * 3}, 6));
  CHECK(grid == draw_mixed(chosen, mixup, 3));
  CHECK_FALSE(grid == draw_mixed(chosen, mixup, 4));
  CHECK_FALSE(grid == draw_mixed(chosen, augment::Pipeline::parse("mixup=1,vertical_flip"), 3));
  const image::Image many = draw_mixed(pictures.choose(12), mixup, 3);
  CHECK(many.width < 2 * many.height);
  CHECK_THROWS_AS(draw_mixed(std::span(chosen).first(1), mixup, 3), UsageError);
  CHECK_THROWS_AS(draw_mixed(chosen, augment::Pipeline::parse("flip"), 3), UsageError);
}

}  // namespace
}  // namespace margay::plot
