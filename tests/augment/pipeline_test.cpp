// The language of augmentations: what it accepts, what it decides, and what it refuses.
#include "margay/augment/pipeline.h"

#include <doctest/doctest.h>

#include <string>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::augment;
using margay::image::Image;

namespace {

Image noise() {
  Image picture(30, 20);
  Random random{2};
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random.below(256));
  return picture;
}

Image applied(const Pipeline& pipeline, const Image& in, uint64_t key) {
  Image out(in.width, in.height);
  Random random{key};
  pipeline.apply(in, out.pixels.data(), random);
  return out;
}

}  // namespace

TEST_CASE("texts say all that was decided and parse to themselves") {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"   ", ""},
      {"flip", "flip"},
      {"rotate", "rotate=45,fill=nearest"},
      {"zoom", "zoom=0.5,fill=nearest"},
      {"shift", "shift=0.15,fill=nearest"},
      {"all", "flip,rotate=45,zoom=0.5,shift=0.15,fill=nearest"},
      {"flip,rotate=45,zoom=0.5,shift=0.15", "flip,rotate=45,zoom=0.5,shift=0.15,fill=nearest"},
      {" shift_width = 0.2 , flip ", "flip,shift_width=0.2,fill=nearest"},
      {"shift_height=0.1,shift_width=0.1", "shift=0.1,fill=nearest"},
      {"rotate=10,fill=constant,fill_value=128", "rotate=10,fill=constant,fill_value=128"},
      {"rotate=10,fill=constant", "rotate=10,fill=constant,fill_value=0"},
      {"all,fill=reflect", "flip,rotate=45,zoom=0.5,shift=0.15,fill=reflect"},
  };
  for (const auto& [text, decided] : rows) {
    CAPTURE(text);
    CHECK(Pipeline::parse(text).to_text() == decided);
    CHECK(Pipeline::parse(decided).to_text() == decided);
  }
}

TEST_CASE("texts that make no sense are refused") {
  const std::pair<const char*, const char*> rows[] = {
      {"flipp", "did you mean 'flip'?"},
      {"rotation=3", "no augmentation 'rotation'"},
      {"flip,flip", "flip is given twice"},
      {"all,rotate=3", "rotate is given twice"},
      {"shift=0.1,shift_width=0.2", "shift_width is given twice"},
      {"flip=1", "flip takes no value"},
      {"rotate=0", "rotate=0 has no effect"},
      {"zoom=-0", "has no effect"},
      {"rotate=181", "out of range"},
      {"rotate=-5", "out of range"},
      {"zoom=1", "out of range"},
      {"shift=1", "out of range"},
      {"rotate=abc", "not a number"},
      {"rotate=", "not a number"},
      {"rotate=nan", "not a number"},
      {"rotate=1e999", "not a number"},
      {"rotate=4 5", "not a number"},
      {"flip,", "without a name"},
      {",flip", "without a name"},
      {"=3", "without a name"},
      {"fill=reflect", "fill has no effect"},
      {"flip,fill=nearest", "fill has no effect"},
      {"rotate=3,fill_value=3", "fill_value has no effect"},
      {"rotate=3,fill=reflect,fill_value=3", "fill_value has no effect"},
      {"rotate=3,fill=wrap", "expected one of nearest, reflect, constant"},
      {"rotate=3,fill", "expected one of"},
      {"rotate=3,fill=constant,fill_value=256", "0 to 255"},
      {"rotate=3,fill=constant,fill_value=1.5", "0 to 255"},
      {"rotate=3,fill=constant,fill_value", "0 to 255"},
  };
  for (const auto& [text, says] : rows) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(Pipeline::parse(text), doctest::Contains(says), UsageError);
  }
}

TEST_CASE("the empty pipeline copies") {
  const Image in = noise();
  CHECK(Pipeline().empty());
  CHECK(Pipeline::parse("").empty());
  CHECK_FALSE(Pipeline::parse("flip").empty());
  CHECK(applied(Pipeline(), in, 1) == in);
}

TEST_CASE("what changes depends on the random stream alone") {
  const Image in = noise();
  const Pipeline pipeline = Pipeline::parse("all");
  CHECK(applied(pipeline, in, 1) == applied(pipeline, in, 1));
  CHECK_FALSE(applied(pipeline, in, 1) == applied(pipeline, in, 2));
}
