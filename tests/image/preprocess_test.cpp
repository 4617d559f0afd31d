// The preprocess spec: fits, normalisation, JSON there and back, and everything that it refuses.
#include "margay/image/preprocess.h"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "margay/image/preprocess_json.h"
#include "tests/image/golden.h"

using namespace margay;
using namespace margay::image;
using margay::test::golden;
using margay::test::golden_path;
using margay::test::largest_difference;

namespace {

Image filled(int width, int height, uint8_t value) {
  Image picture(width, height);
  std::fill(picture.pixels.begin(), picture.pixels.end(), value);
  return picture;
}

uint8_t red_at(const Image& picture, int x, int y) {
  return picture.pixels[(static_cast<size_t>(y) * picture.width + x) * 3];
}

Preprocess other_spec() {
  Preprocess spec;
  spec.apply_orientation = false;
  spec.fit = ResizeMode::crop;
  spec.kernel = Kernel::lanczos;
  spec.width = 224;
  spec.height = 200;
  spec.resize = 256;
  spec.scale = 1.0 / 255;
  spec.mean = {0.485, 0.456, 0.406};
  spec.std = {0.229, 0.224, 0.225};
  return spec;
}

}  // namespace

TEST_CASE("squashing is a plain resize") {
  const Image source = decode_file(golden_path("source.png"));
  Preprocess spec;
  spec.width = 12;
  spec.height = 9;
  CHECK(fit_picture(source, spec) == golden("resize_bilinear_12x9"));
}

TEST_CASE("cropping gives the pixels of torchvision") {
  const Image source = decode_file(golden_path("source.png"));
  Preprocess spec;
  spec.fit = ResizeMode::crop;
  spec.kernel = Kernel::bicubic;
  spec.width = 12;
  spec.height = 14;
  spec.resize = 17;
  CHECK(largest_difference(fit_picture(source, spec), golden("crop_17_12x14")) == 0);
}

TEST_CASE("cropping without a length just covers and keeps the centre") {
  Image stripes(40, 10);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 40; ++x)
      stripes.pixels[(static_cast<size_t>(y) * 40 + x) * 3] = x < 15 ? 0 : x < 25 ? 200 : 100;
  Preprocess spec;
  spec.fit = ResizeMode::crop;
  spec.width = spec.height = 10;
  const Image centre = fit_picture(stripes, spec);
  for (int x = 0; x < 10; ++x) CHECK(red_at(centre, x, 5) == 200);
}

TEST_CASE("padding keeps the aspect ratio and fills the rest") {
  Preprocess spec;
  spec.fit = ResizeMode::pad;
  spec.width = 20;
  spec.height = 20;
  spec.pad_value = 7;
  const Image wide = fit_picture(filled(40, 20, 100), spec);
  for (const auto& [y, value] : {std::pair{4, 7}, {5, 100}, {14, 100}, {15, 7}})
    CHECK(red_at(wide, 10, y) == value);
  const Image tall = fit_picture(filled(1, 1000, 100), spec);
  CHECK(red_at(tall, 9, 10) == 100);
  CHECK(red_at(tall, 8, 10) == 7);
}

TEST_CASE("every fit gives the asked shape for every picture") {
  for (const ResizeMode fit : {ResizeMode::squash, ResizeMode::crop, ResizeMode::pad})
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {300, 1}, {97, 13}, {33, 64}}) {
      Preprocess spec;
      spec.fit = fit;
      spec.width = 33;
      spec.height = 21;
      const Image out = fit_picture(filled(width, height, 50), spec);
      CHECK(out.width == 33);
      CHECK(out.height == 21);
      if (fit != ResizeMode::pad) CHECK(out == filled(33, 21, 50));
    }
}

TEST_CASE("normalising follows its formula to float precision") {
  const Preprocess spec = other_spec();
  std::vector<uint8_t> bytes(3 * 101);
  Random random{3};
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
  std::vector<float> values(bytes.size());
  normalize(bytes, spec, values);
  for (size_t i = 0; i < bytes.size(); ++i)
    CHECK(values[i] ==
          doctest::Approx((bytes[i] * spec.scale - spec.mean[i % 3]) / spec.std[i % 3]).epsilon(1e-6));
  std::vector<float> too_few(3);
  CHECK_THROWS_AS(normalize(bytes, spec, too_few), UsageError);
}

TEST_CASE("a spec survives JSON") {
  for (const Preprocess& spec : {Preprocess{}, other_spec()}) {
    const Json json = parse_json(to_json(spec).dump(), "test");
    CHECK(preprocess_from_json(json, "test") == spec);
  }
}

TEST_CASE("malformed JSON specs are refused with the place and the field") {
  struct Row {
    const char* field;
    Json value;
    const char* says;
  };
  const Row rows[] = {
      {"width", "wide", "'width' is \"wide\", expected a whole number"},
      {"width", 0, "width is 0"},
      {"height", -5, "height is -5"},
      {"fit", "stretch", "no fit 'stretch'"},
      {"fit", "Squash", "did you mean 'squash'?"},
      {"kernel", "nearest", "no kernel 'nearest'"},
      {"mean", Json::array({1, 2}), "mean"},
      {"std", Json::array({1, 0, 1}), "std is 0"},
      {"scale", -1, "scale is -1"},
      {"color", "BGR", "'BGR'"},
      {"resize", 7, "resize is 7"},
      {"resize", -5, "resize is -5"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.field);
    Json json = to_json(Preprocess{});
    json[row.field] = row.value;
    CHECK_THROWS_WITH_AS(preprocess_from_json(json, "model.safetensors"), doctest::Contains(row.says),
                         FormatError);
    CHECK_THROWS_WITH_AS(preprocess_from_json(json, "model.safetensors"),
                         doctest::Contains("[model.safetensors]"), FormatError);
    json.erase(row.field);
    CHECK_THROWS_WITH_AS(preprocess_from_json(json, "model.safetensors"),
                         doctest::Contains("[model.safetensors]"), FormatError);
  }
  CHECK_THROWS_AS(preprocess_from_json(Json::array(), "test"), FormatError);
}

TEST_CASE("a spec with fields that make no sense is refused") {
  const std::pair<const char*, std::function<void(Preprocess&)>> rows[] = {
      {"width", [](Preprocess& s) { s.width = 100000; }},
      {"resize", [](Preprocess& s) { s.fit = ResizeMode::crop, s.resize = 149; }},
      {"resize", [](Preprocess& s) { s.resize = 200; }},
      {"pad_value", [](Preprocess& s) { s.fit = ResizeMode::pad, s.pad_value = 256; }},
      {"pad_value", [](Preprocess& s) { s.pad_value = 1; }},
      {"scale", [](Preprocess& s) { s.scale = 0; }},
      {"mean", [](Preprocess& s) { s.mean[1] = 1.0 / 0.0; }},
      {"std", [](Preprocess& s) { s.std[2] = -1; }},
  };
  for (const auto& [field, change] : rows) {
    Preprocess spec;
    change(spec);
    CHECK_THROWS_WITH_AS(spec.validate(), doctest::Contains(field), UsageError);
  }
  CHECK_NOTHROW(Preprocess{}.validate());
  CHECK_NOTHROW(other_spec().validate());
}

TEST_CASE("names of fits and kernels are known both ways") {
  for (const ResizeMode mode : {ResizeMode::squash, ResizeMode::crop, ResizeMode::pad})
    CHECK(resize_mode_from_name(name_of(mode)) == mode);
  for (const Kernel kernel : {Kernel::box, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos})
    CHECK(kernel_from_name(name_of(kernel)) == kernel);
  CHECK_THROWS_WITH_AS(kernel_from_name("cubic"), doctest::Contains("box, bilinear, bicubic, lanczos"),
                       UsageError);
}
