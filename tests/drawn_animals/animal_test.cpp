// Drawn animals: pure functions of their key, within their boxes, every kind.
#include "margay/drawn_animals/animal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/drawn_animals/camera.h"
#include "margay/image/resize.h"

namespace margay::drawn_animals {
namespace {

TEST_CASE("there are ten kinds and cats and dogs come first") {
  const auto kinds = animal_kinds();
  CHECK(kinds.size() == 10);
  CHECK(kinds[0] == "cats");
  CHECK(kinds[1] == "dogs");
}

TEST_CASE("every kind is drawn within its picture") {
  for (const std::string_view kind : animal_kinds()) {
    for (uint64_t index = 0; index < 6; ++index) {
      CAPTURE(kind);
      CAPTURE(index);
      const DrawnAnimal drawn = draw_animal(kind, 5, index);
      CHECK(drawn.picture.width >= 200);
      CHECK(drawn.picture.width <= 400);
      CHECK(drawn.picture.height >= 200);
      CHECK(drawn.picture.height <= 400);
      CHECK(drawn.picture.pixels.size() ==
            static_cast<size_t>(drawn.picture.width) * drawn.picture.height * 3);
      CHECK(drawn.box.x >= 0);
      CHECK(drawn.box.y >= 0);
      CHECK(drawn.box.width > 20);
      CHECK(drawn.box.height > 20);
      CHECK(drawn.box.x + drawn.box.width <= drawn.picture.width);
      CHECK(drawn.box.y + drawn.box.height <= drawn.picture.height);
    }
  }
}

TEST_CASE("a picture is a pure function of kind and seed and index") {
  const DrawnAnimal first = draw_animal("cats", 1, 7);
  const DrawnAnimal again = draw_animal("cats", 1, 7);
  CHECK(first.picture == again.picture);
  CHECK(first.box == again.box);
  CHECK_FALSE(first.picture == draw_animal("cats", 1, 8).picture);
  CHECK_FALSE(first.picture == draw_animal("cats", 2, 7).picture);
  CHECK_FALSE(first.picture == draw_animal("dogs", 1, 7).picture);
}

TEST_CASE("a picture of a given size is the same scene with the animal in the same place") {
  for (const std::string_view kind : animal_kinds()) {
    CAPTURE(kind);
    const DrawnAnimal small = draw_animal(kind, 5, 1, 64), large = draw_animal(kind, 5, 1, 256);
    CHECK(small.picture.width == 64);
    CHECK(small.picture.height == 64);
    CHECK(large.picture.width == 256);
    CHECK(large.picture.height == 256);
    CHECK(std::abs(4 * small.box.x - large.box.x) <= 6);
    CHECK(std::abs(4 * small.box.y - large.box.y) <= 6);
    CHECK(std::abs(4 * small.box.width - large.box.width) <= 8);
    CHECK(std::abs(4 * small.box.height - large.box.height) <= 8);
    CHECK(small.picture == draw_animal(kind, 5, 1, 64).picture);
    const image::Image shrunk = image::resize(large.picture, 64, 64, image::Kernel::box);
    double difference = 0;
    for (size_t i = 0; i < shrunk.pixels.size(); ++i)
      difference += std::abs(shrunk.pixels[i] - small.picture.pixels[i]);
    CHECK(difference / static_cast<double>(shrunk.pixels.size()) < 16);
  }
}

TEST_CASE("colour and brightness do not tell cats from dogs") {
  // Means over 40 pictures of each kind: a network that looked at the mean colour alone would learn nothing.
  const auto mean_color = [](std::string_view kind) {
    std::array<double, 3> mean{};
    for (uint64_t index = 0; index < 40; ++index) {
      const image::Image picture = draw_animal(kind, 3, index).picture;
      for (size_t i = 0; i < picture.pixels.size(); ++i)
        mean[i % 3] += picture.pixels[i] / (40.0 * static_cast<double>(picture.pixels.size() / 3));
    }
    return mean;
  };
  const auto cats = mean_color("cats"), dogs = mean_color("dogs");
  for (size_t c = 0; c < 3; ++c) CHECK(std::abs(cats[c] - dogs[c]) < 20);
}

TEST_CASE("unknown kinds are refused") {
  CHECK_THROWS_AS(draw_animal("unicorns", 1, 0), UsageError);
  CHECK_THROWS_AS(draw_animal("cat", 1, 0), UsageError);
  CHECK_THROWS_AS(draw_animal("", 1, 0), UsageError);
}

TEST_CASE("the camera keeps the size and changes every picture") {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    image::Image picture(31, 17);
    std::fill(picture.pixels.begin(), picture.pixels.end(), uint8_t{90});
    Random random{seed};
    photograph(picture, 1, random);
    CHECK(picture.pixels.size() == 31u * 17 * 3);
    CHECK(
        std::any_of(picture.pixels.begin(), picture.pixels.end(), [](uint8_t value) { return value != 90; }));
  }
}

}  // namespace
}  // namespace margay::drawn_animals
