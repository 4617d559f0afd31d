// Data sets are divided by what is in them.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "margay/data.h"

using namespace margay;

namespace {

/// `count` pictures of 2 x 2 in turn of three classes, of which the last `copies` are those at the start
/// again.
PicturesInMemory shades(int count, int copies = 0) {
  PicturesInMemory pictures;
  for (int i = 0; i < count + copies; ++i) {
    Image picture(2, 2);
    picture.pixels.assign(12, static_cast<uint8_t>(i % count));
    pictures.add(picture, std::string(1, static_cast<char>('a' + i % count % 3)));
  }
  return pictures;
}

std::set<uint8_t> contents(const Dataset& dataset) {
  std::set<uint8_t> found;
  for (size_t i = 0; i < dataset.size(); ++i) found.insert(dataset.get(i).picture.pixels[0]);
  return found;
}

}  // namespace

TEST_CASE("a share of each class is held back, copies on one side") {
  const PicturesInMemory pictures = shades(60, 20);
  const Division divided = split(pictures, 0.25);
  CHECK(contents(divided.validation).size() == 15);
  CHECK(divided.train.size() + divided.validation.size() == 80);
  for (const uint8_t content : contents(divided.validation))
    CHECK_FALSE(contents(divided.train).contains(content));
  std::map<std::string, int> held_back;
  for (size_t i = 0; i < divided.validation.size(); ++i)
    if (divided.validation.numbers()[i] < 60) ++held_back[divided.validation.label(i)];
  CHECK(held_back == std::map<std::string, int>{{"a", 5}, {"b", 5}, {"c", 5}});

  CHECK(split(pictures, 0.25).validation.numbers() == divided.validation.numbers());
  CHECK(split(pictures, 0.25, 1).validation.numbers() != divided.validation.numbers());
  CHECK(split(pictures, 0).validation.size() == 0);
  CHECK_THROWS_AS(split(pictures, 1), UsageError);
}

TEST_CASE("every picture is held back by one fold, classes in equal parts, copies together") {
  const PicturesInMemory pictures = shades(60, 20);
  const std::vector<Division> made = folds(pictures, 5);
  REQUIRE(made.size() == 5);
  std::set<size_t> seen;
  for (const Division& fold : made) {
    CHECK(fold.train.size() + fold.validation.size() == 80);
    CHECK(contents(fold.validation).size() == 12);
    std::map<std::string, std::set<uint8_t>> by_class;
    for (size_t i = 0; i < fold.validation.size(); ++i) {
      seen.insert(fold.validation.numbers()[i]);
      by_class[fold.validation.label(i)].insert(fold.validation.get(i).picture.pixels[0]);
    }
    for (const auto& [label, of_class] : by_class) CHECK(of_class.size() == 4);
    for (const uint8_t content : contents(fold.validation))
      CHECK_FALSE(contents(fold.train).contains(content));
  }
  CHECK(seen.size() == 80);
  CHECK_THROWS_AS(folds(pictures, 1), UsageError);
}

TEST_CASE("a part of a data set has its pictures by other numbers") {
  const PicturesInMemory pictures = shades(10);
  const Subset some(pictures, {7, 2});
  CHECK(some.get(0).picture.pixels[0] == 7);
  CHECK(some.label(1) == "c");
  CHECK(some.name(0) == "picture 7");
  CHECK_THROWS_AS(Subset(pictures, {10}), UsageError);
}
