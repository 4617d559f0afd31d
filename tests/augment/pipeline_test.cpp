// The language of augmentations: what it accepts, what it decides, and what it refuses.
#include "margay/augment/pipeline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "margay/core/error.h"

using namespace margay;
using namespace margay::augment;
using margay::image::Image;
using margay::image::Kernel;

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
  pipeline.apply(in, out, random);
  return out;
}

}  // namespace

TEST_CASE("texts say all that was decided and parse to themselves") {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"   ", ""},
      {" none", ""},
      {"flip", "flip"},
      {"flip = alternate", "flip=alternate"},
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
      {"vertical_flip", "vertical_flip"},
      {"shear", "shear=10,fill=nearest"},
      {"shear=5,fill=constant", "shear=5,fill=constant,fill_value=0"},
      {"crop", "crop=0.08"},
      {"hue,saturation,contrast,brightness", "brightness=0.2,contrast=0.2,saturation=0.2,hue=0.1"},
      {"grayscale=1,brightness=0.5", "brightness=0.5,grayscale=1"},
      {"erase,noise,blur", "blur=2,noise=0.1,erase=0.5"},
      {"trivialaugment", "trivialaugment,fill=nearest"},
      {"randaugment", "randaugment=9,randaugment_ops=2,fill=nearest"},
      {"randaugment=15,randaugment_ops=3,fill=constant,fill_value=128",
       "randaugment=15,randaugment_ops=3,fill=constant,fill_value=128"},
      {"mixup,cutmix", "mixup=0.2,cutmix=1"},
      {"cutmix=0.5,crop=0.3,flip", "flip,crop=0.3,cutmix=0.5"},
  };
  for (const auto& row : rows) {
    const auto& [text, decided] = row;
    CAPTURE(row.first);
    CHECK(Pipeline::parse(text).to_text() == decided);
    CHECK(Pipeline::parse(decided).to_text() == decided);
  }
}

TEST_CASE("texts that make no sense are refused") {
  const std::pair<const char*, const char*> rows[] = {
      {"flipp", "did you mean 'flip'?"},
      {"rotation=3", "no augmentation 'rotation'"},
      {"none,flip", "none goes with no other augmentation"},
      {"flip,flip=alternate", "flip is given twice"},
      {"flip,flip", "flip is given twice"},
      {"all,rotate=3", "rotate is given twice"},
      {"shift=0.1,shift_width=0.2", "shift_width is given twice"},
      {"flip=1", "flip=1: expected flip or flip=alternate"},
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
      {"briteness", "did you mean 'brightness'?"},
      {"vflip", "did you mean 'vertical_flip'?"},
      {"random_resized_crop", "did you mean 'crop'?"},
      {"cutmx=1", "did you mean 'cutmix'?"},
      {"vertical_flip=0.5", "takes no value"},
      {"trivialaugment=9", "takes no value"},
      {"crop=1", "below 1"},
      {"shear=61", "at most 60"},
      {"brightness=1.1", "at most 1"},
      {"brightness=0", "has no effect"},
      {"hue=0.6", "at most 0.5"},
      {"grayscale=2", "at most 1"},
      {"blur=0.1", "above 0.1"},
      {"blur=11", "at most 10"},
      {"noise=25", "at most 1"},
      {"mixup=-1", "out of range"},
      {"randaugment=0", "from 1 to 30"},
      {"randaugment=9.5", "from 1 to 30"},
      {"randaugment,randaugment_ops=0", "from 1 to 10"},
      {"randaugment_ops=3", "no effect without randaugment"},
      {"trivialaugment,randaugment", "exclude each other"},
      {"grayscale=1,hue", "no effect with grayscale=1"},
      {"crop,fill=reflect", "fill has no effect"},
      {"brightness,fill=reflect", "fill has no effect"},
  };
  for (const auto& row : rows) {
    const auto& [text, says] = row;
    CAPTURE(row.first);
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
  for (const std::string_view name : transform_names()) {
    CAPTURE(name);
    const Pipeline pipeline = Pipeline::parse(name);
    std::set<uint64_t> seen;
    for (uint64_t key = 0; key < 40; ++key) {
      const Image out = applied(pipeline, in, key);
      CHECK(applied(pipeline, in, key) == out);
      seen.insert(hash_text({reinterpret_cast<const char*>(out.pixels.data()), out.pixels.size()}));
    }
    CHECK(seen.size() >= (pipeline.mix().empty() ? 2u : 1u));
  }
}

TEST_CASE("pictures of every size go through every transform") {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 1}, {1, 7}, {3, 3}, {64, 1}, {65, 2}, {31, 33}})
    for (const std::string_view text :
         {"all,vertical_flip,shear,crop,brightness,contrast,saturation,hue,grayscale,"
          "blur=10,noise,erase=1,randaugment=30,randaugment_ops=10",
          "trivialaugment,fill=constant"})
      for (uint64_t key = 0; key < 60; ++key) {
        Image in(width, height);
        const Image out = applied(Pipeline::parse(text), in, key);
        CHECK(out.pixels.size() == in.pixels.size());
      }
}

TEST_CASE("flip=alternate mirrors where it is told to and nowhere else") {
  const Image in = noise();
  for (uint64_t key = 0; key < 4; ++key) {
    Image even(in.width, in.height), odd(in.width, in.height);
    Random first{key}, second{key};
    Pipeline::parse("flip=alternate").apply(in, even, first, false);
    Pipeline::parse("flip=alternate").apply(in, odd, second, true);
    CHECK(even == in);
    for (int y = 0; y < in.height; ++y)
      for (int x = 0; x < in.width; ++x)
        CHECK(odd.pixels[(y * in.width + x) * 3] == in.pixels[(y * in.width + in.width - 1 - x) * 3]);
  }
}

TEST_CASE("smaller pictures are made by the kernel that makes those of validation") {
  // Stripes of one pixel are gray from afar; whoever skips pixels sees some of them.
  Image in(64, 48);
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < in.width * 3; ++x) in.pixels[y * in.width * 3 + x] = (x / 3 + y) % 2 == 0 ? 255 : 0;
  for (const Kernel kernel : {Kernel::box, Kernel::bilinear, Kernel::bicubic, Kernel::lanczos}) {
    Image out(24, 18);
    Random random{1};
    Pipeline().apply(in, out, random, false, kernel);
    CHECK(out == resize(in, 24, 18, kernel));
    Pipeline::parse("flip=alternate").apply(in, out, random, false, kernel);
    CHECK(out == resize(in, 24, 18, kernel));
  }
  for (const std::string_view text :
       {"flip", "rotate=5", "crop=0.9", "zoom=0.1,fill=reflect", "shear=5", "shift"})
    for (uint64_t key = 0; key < 10; ++key) {
      CAPTURE(text);
      CAPTURE(key);
      Image out(16, 12);
      Random random{key};
      Pipeline::parse(text).apply(in, out, random);
      const auto [least, most] = std::ranges::minmax(out.pixels);
      CHECK(least > 80);
      CHECK(most < 175);
    }
}

TEST_CASE("pictures of another size show the same at corresponding places") {
  // A plane keeps its values at corresponding centres, whatever the size, but for two roundings; margins
  // depend on the border.
  Image in(64, 48);
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < in.width; ++x)
      for (int c = 0; c < 3; ++c)
        in.pixels[(y * in.width + x) * 3 + c] = static_cast<uint8_t>(2 * x + y + 10 * c);
  for (const bool mirrored : {false, true}) {
    Image out(40, 36);
    Random random{1};
    Pipeline::parse("flip=alternate").apply(in, out, random, mirrored);
    for (int y = 1; y < out.height - 1; ++y)
      for (int x = 1; x < out.width - 1; ++x) {
        double from_x = (x + 0.5) * 64 / 40 - 0.5;
        const double from_y = (y + 0.5) * 48 / 36 - 0.5;
        if (mirrored) from_x = 63 - from_x;
        CHECK(std::abs(out.pixels[(y * out.width + x) * 3] - (2 * from_x + from_y)) <= 1.25);
      }
  }
}

TEST_CASE("a changed picture is the same in every size but for the sampling") {
  // Drawn amounts are relative, so that the mean colours of two sizes agree.
  Image in(90, 90);
  for (int i = 0; i < 90 * 90 * 3; ++i)
    in.pixels[i] = static_cast<uint8_t>(127 + 100 * std::sin(0.1 * (i / 3 % 90) + 0.05 * (i / 270)));
  const Pipeline pipeline = Pipeline::parse("crop=0.35,flip,rotate=20,brightness");
  for (uint64_t key = 0; key < 20; ++key) {
    double means[2];
    for (const int i : {0, 1}) {
      Image out(i == 0 ? 90 : 60, i == 0 ? 90 : 60);
      Random random{key};
      pipeline.apply(in, out, random);
      means[i] = std::accumulate(out.pixels.begin(), out.pixels.end(), 0.0) / out.pixels.size();
    }
    CHECK(std::abs(means[0] - means[1]) < 1.5);
  }
}

TEST_CASE("a picture without pixels cannot be changed") {
  Random random{1};
  for (const std::string_view text : {"flip", "contrast", "erase"})
    CHECK_THROWS_AS(Pipeline::parse(text).apply(Image(), {}, random), UsageError);
}

TEST_CASE("several threads share a pipeline") {
  const Image in = noise();
  const Pipeline pipeline = Pipeline::parse("all,brightness,contrast,saturation,hue,blur,noise,randaugment");
  std::vector<Image> expected, found(64);
  for (uint64_t key = 0; key < found.size(); ++key) expected.push_back(applied(pipeline, in, key));
  std::vector<std::thread> threads;
  for (size_t first = 0; first < 4; ++first)
    threads.emplace_back([&, first] {
      for (size_t i = first; i < found.size(); i += 4) found[i] = applied(pipeline, in, i);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(found == expected);
}

TEST_CASE("switching one transform off leaves the draws of the others alone") {
  const Image in = noise();
  for (uint64_t key = 0; key < 10; ++key) {
    // Erasing blackens the same box, whatever happens to the colours before it.
    const Image alone = applied(Pipeline::parse("erase=1"), in, key);
    const Image after = applied(Pipeline::parse("brightness,blur,noise,erase=1"), in, key);
    for (size_t i = 0; i < in.pixels.size(); ++i)
      if (alone.pixels[i] != in.pixels[i]) CHECK(after.pixels[i] == 0);
  }
}
