// The commands that need no libtorch, run as programs.
#include <doctest/doctest.h>

#include <algorithm>

#include "margay/core/json.h"
#include "tests/support/assets.h"
#include "tests/support/pets_place.h"
#include "tests/support/photograph.h"

using namespace margay;
namespace fs = std::filesystem;
using Place = test::PetsPlace;

namespace {

fs::path first_picture(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) return entry.path();
  return {};
}

}  // namespace

TEST_CASE("what makes no sense to a command without training gets one clear line and an exit status") {
  const Place place;
  fs::create_directory(place / "run");
  for (const char* name : {"photo.jpg", "no ending"})
    fs::copy_file(first_picture(place / "pets"), place / name);
  for (const char* name : {"pets.csv", "pets.zip", "model.safetensors", "run/config.toml"})
    write_file_atomically(place / name, std::string_view("not looked into"));
  for (const char* folder : {"sweep-of-mine", "story-of-mine"}) fs::create_directory(place / folder);
  fs::copy_file(place / "photo.jpg", place / "photo.toml");
  for (const auto& [name, bytes] : {std::pair<const char*, std::string>{"sweep-of-mine/sweep.json", "{}"},
                                    {"story-of-mine/story.html", "<p>"},
                                    {"weights.pth", "PK\x03\x04 archive/data.pkl"},
                                    {"binary.toml", std::string("a = 1\n\0", 7)}})
    write_file_atomically(place / name, std::string_view(bytes));
  const test::RefusedCommand commands[] = {
      {{}, 2, "margay"},
      {{"trian"}, 2, "did you mean 'train'"},
      {{"trian", "--help"}, 2, "did you mean 'train'"},
      {{"help", "trian"}, 2, "did you mean 'train'"},
      {{"pets"}, 2, "it is a folder: 'margay train pets' trains on it, 'margay inspect pets'"},
      {{"pets", "--recipe", "article"}, 2, "'margay train pets' trains on it"},
      {{"photo.jpg"}, 2, "it is a picture: 'margay predict RUN photo.jpg'"},
      {{"no ending"}, 2, "\"margay predict RUN 'no ending'\" says what"},
      {{"small.toml"}, 2, "'margay train DATA --recipe small.toml'"},
      {{"pets.csv"}, 2, "it is a table of pictures: 'margay train pets.csv'"},
      {{"pets.zip"}, 2, "it is an archive: 'margay train pets.zip'"},
      {{"run"}, 2, "it is a run: 'margay predict run photo.jpg'"},
      {{"model.safetensors"}, 2, "'margay predict model.safetensors photo.jpg'"},
      {{"cats-and-dogs"}, 2, "'margay train cats-and-dogs'"},
      {{"article"}, 2, "'margay train DATA --recipe article'"},
      {{"resnet18"}, 2, "'margay train DATA --network resnet18'"},
      {{"fit"}, 2, "did you mean 'margay train DATA'"},
      {{"version"}, 2, "did you mean 'margay --version'"},
      {{"sweep-of-mine"}, 2, "it is a sweep: 'margay compare sweep-of-mine/trial-*'"},
      {{"story-of-mine/"}, 2, "it is a story: story-of-mine/story.html"},
      {{"pets/train/cats"},
       2,
       "it is a folder of pictures, and has none for classes in it: 'margay train pets/train'"},
      {{"weights.pth"}, 2, "'margay train DATA --network NAME --weights weights.pth'"},
      {{"--versoin"}, 2, "did you mean '--version'?"},
      {{"inspect", "pets", "--verbsoe"},
       2,
       "margay inspect has no option '--verbsoe'. Hint: did you mean '--verbose'?"},
      {{"predict", "--tpo=3", "run", "photo.jpg"}, 2, "did you mean '--top'?"},
      {{"inspect", "pets", "--xyzzyx"}, 2, "'margay inspect --help' lists them"},
      {{"inspect", "pets", "--labels", "leef"}, 2, "did you mean 'leaf'?"},
      {{"evaluate", "run", "pets", "--tta", "flp"}, 2, "did you mean 'flip'?"},
      {{"dataset", "gte", "flowers"}, 2, "did you mean 'get'?"},
      {{"recipe", "shwo", "article"}, 2, "did you mean 'show'?"},
      {{"summary", "photo.jpg"}, 2, "photo.jpg is a picture (PNG), which says nothing of a network's layers"},
      {{"summary", "./photo.jpg"}, 2, "is a picture"},
      {{"inspect", "--", "-pets"}, 6, "./-pets"},
      {{"inspect", "pets", "--html", ""}, 2, "--html has an empty value"},
      {{"inspect", "pets", "--html="}, 2, "--html has an empty value"},
      {{"inspect", ""}, 2, "the word behind 'inspect' is empty"},
      {{"summary", "weights.pth"},
       2,
       "weights or a model of PyTorch, which says nothing of a network's layers"},
      {{"summary", "photo.toml"},
       2,
       "photo.toml is a picture (PNG), which says nothing of a network's layers"},
      {{"summary", "binary.toml"}, 2, "it is no text in UTF-8"},
      {{"recipe", "show", "photo.jpg"}, 2, "is a picture"},
      {{"inspect", "pets", "--overwrite"}, 2, "--overwrite belongs to --html"},
      {{"inspect", "pets", "--language", "zh"}, 2, "--language belongs to --html"},
      {{"inspect", "pets", "--html", "a.html", "--language", "tlh"}, 2, "there are no pages in 'tlh'"},
      {{"evaluate", "run", "pets", "--overwrite"}, 2, "--overwrite belongs to --html"},
      {{"evaluate", "run", "pets", "--language", "zh"}, 2, "--language belongs to --html"},
      {{"predict", "run", "photo.jpg", "--output", "a.csv", "--top", "2"},
       2,
       "--output has a column for every class"},
      {{"evaluate", "nothing", "pets"}, 6, "nothing"},
      {{"evaluate", "small.toml", "pets"}, 4, "small.toml"},
      {{"predict", "nothing", "a.jpg"}, 6, "nothing"},
      {{"predict", "nothing"}, 2, "no picture is named"},
      {{"predict", "mobilenet_v2", "photo.jpg"},
       2,
       "did you mean 'margay predict --model mobilenet_v2 photo.jpg'?"},
      {{"predict", "nothing", "a.jpg", "--weights", "imagenet"}, 2, "nothing has weights of its own"},
      {{"predict", "--model", "mobilenetv2", "a.jpg"}, 2, "did you mean 'mobilenet_v2'? Known are"},
      {{"predict", "--model", "mobilenet_v2"}, 2, "no picture is named"},
      {{"predict", "--model", "runs/none", "a.jpg"}, 6, "there is no such run directory or model file"},
      {{"summary", "runs/none"}, 6, "runs/none"},
      {{"recipe", "show", "none.toml"}, 6, "none.toml"},
      {{"recipe", "show", "artcle"}, 2, "did you mean 'article'"},
      {{"dataset", "get", "flwers"}, 2, "did you mean 'flowers'"},
      {{"predict", "--model", "mobilenet_v2", "--weights", "none.pth", "a.jpg"},
       6,
       "there is no file none.pth"},
      {{"predict", "--model", "mobilenet_v2", "--weights", "small.toml", "a.jpg"}, 4, "neither a state dict"},
      {{"inspect", "nowhere"}, 6, "nowhere"},
      {{"show", "pets", "--augment", "spin"}, 2, "spin"},
      {{"show", "pets", "--count", "0"}, 2, "--count"},
      {{"summary"}, 2, "no network is named"},
      {{"summary", "artcle"}, 2, "article"},
      {{"summary", "resnett18"}, 2, "did you mean 'resnet18'"},
      {{"summary", "small.toml", "--network", "resnet17"}, 2, "did you mean 'resnet18'"},
      {{"recipe", "show", "artcle"}, 2, "did you mean 'article'"},
      {{"dataset", "get", "cats"}, 2, "cats-and-dogs"},
      {{"dataset", "draw", "pets"}, 6, "pets"},
      {{"dataset", "draw", "out", "--count", "1e2"},
       2,
       "--count is '1e2', expected a whole number from 6 to 1000000. Hint: did you mean 100?"},
      {{"dataset", "draw", "out", "--seed", "-1"}, 2, "--seed is '-1', expected a whole number from 0 to"},
      {{"predict", "run", "photo.jpg", "--top", "2.5"},
       2,
       "--top is '2.5', expected a whole number from 1 to"},
      {{"predict", "run", "photo.jpg", "--max-memory", "lots"}, 2, "--max-memory is 'lots', expected a size"},
      {{"evaluate", "run", "pets", "--threads", "-2"},
       2,
       "--threads is '-2', expected a whole number from 0 to"},
      {{"summary", "article", "--classes", "1"}, 2, "--classes is '1', expected a whole number from 2 to"},
      {{"dataset", "draw", "out", "--classes", "cats,unicorns"}, 2, "unicorns"},
      {{"dataset", "draw", "out", "--size", "8"}, 2, "pictures of 8 x 8 pixels: expected 16 to 2048"},
  };
  place.check_refused(commands);
}

TEST_CASE("help is what --help shows, of all commands and of one") {
  const Place place;
  const auto same = [&](const std::vector<std::string>& help, const std::vector<std::string>& option) {
    const test::ProgramResult result = place.run(help);
    CHECK(result.exit_code == 0);
    CHECK(result.out.find("Usage") != std::string::npos);
    CHECK(result.out == place.run(option).out);
  };
  same({"help"}, {"--help"});
  same({"help", "predict"}, {"predict", "--help"});
  same({"help", "dataset", "get"}, {"dataset", "get", "--help"});
  same({"--help", "predict"}, {"predict", "--help"});
  same({"-h", "dataset", "get"}, {"dataset", "get", "--help"});
  same({"help", "help"}, {"--help"});
  same({"help", "--help"}, {"--help"});
  same({"help", "help", "predict"}, {"predict", "--help"});
}

TEST_CASE("a limit of pictures that is none is refused once and the option goes over it") {
  const Place place;
  const auto with_limit = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"/usr/bin/env", "MARGAY_MAX_MEGAPIXELS=many", MARGAY_PROGRAM});
    return test::Program(place / ".", words).wait();
  };
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inspect", "pets"},
                                                {"show", "pets"},
                                                {"evaluate", "run", "pets"},
                                                {"predict", "run", "pets"}}) {
    const test::ProgramResult refused = with_limit(words);
    CAPTURE(refused.err);
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find("MARGAY_MAX_MEGAPIXELS is 'many'") != std::string::npos);
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
  }
  CHECK(with_limit({"inspect", "pets", "--max-megapixels", "9"}).exit_code == 0);
  CHECK(with_limit({"inspect", "--help"}).exit_code == 0);
}

TEST_CASE("data sets are listed without a home folder and to get one says what to set") {
  const Place place;
  const auto homeless = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"/usr/bin/env", "-u", "HOME", "-u", "MARGAY_CACHE", "-u", "XDG_CACHE_HOME",
                                 "-u", "MARGAY_MIRROR", MARGAY_PROGRAM});
    return test::Program(place / ".", words).wait();
  };
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"dataset", "list"}, {"dataset", "list", "--json"}}) {
    const test::ProgramResult listed = homeless(words);
    CAPTURE(listed.err);
    CHECK(listed.exit_code == 0);
    CHECK(listed.out.find("cats-and-dogs") != std::string::npos);
  }
  const test::ProgramResult refused = homeless({"dataset", "get", "cats-and-dogs"});
  CAPTURE(refused.err);
  CHECK(refused.exit_code == 6);
  CHECK(refused.err.find("set MARGAY_CACHE to a folder") != std::string::npos);
}

TEST_CASE("inspect and show look into a folder and draw makes one") {
  const Place place;
  CHECK(place.run({"inspect", "pets"}).out.find("2 classes") != std::string::npos);
  CHECK(place.run({"inspect", "pets", "--html", "pets.html", "--language", "zh"}).exit_code == 0);
  CHECK(read_text_file(place / "pets.html").find("<html lang=\"zh-CN\">") != std::string::npos);
  CHECK(place.run({"show", "pets", "--count", "2", "--out", "seen.png"}).exit_code == 0);
  CHECK(fs::file_size(place / "seen.png") > 0);
  CHECK(place.run({"dataset", "draw", "drawn", "--count", "6", "--size", "32"}).out == "drawn\n");
  CHECK(place.run({"inspect", "drawn", "--json"}).out.find("\"min\": 32") != std::string::npos);
}

TEST_CASE("a published network names what a photograph shows") {
  const auto weights = test::find_asset("weights/mobilenet_v2-imagenet.pth");
  const auto zip = test::find_asset("data/cats_and_dogs_filtered.zip");
  if (!weights || !zip) return;
  const Place place;
  const fs::path photo = test::unpack_photograph(*zip, "validation/cats/cat.2010.jpg", place / "");
  const auto named = [&](std::vector<std::string> words) { return place.run(words).out.find("tabby"); };
  CHECK(named({"predict", "--model", "mobilenet_v2", "--weights", weights->string(), photo.string(), "--top",
               "1"}) != std::string::npos);
  ::setenv("MARGAY_MIRROR", weights->parent_path().c_str(), 1);
  CHECK(named({"predict", "--model", "mobilenet_v2", "--weights", "imagenet", photo.string(), "--top",
               "1"}) != std::string::npos);
  CHECK(named({"predict", photo.string(), "--model", "mobilenet_v2", "--top", "1"}) != std::string::npos);
}

TEST_CASE("recipes are listed and shown as they can be copied") {
  const Place place;
  CHECK(place.run({"recipe", "list"}).out.find("article-regularized") != std::string::npos);
  const std::string text = place.run({"recipe", "show", "article"}).out;
  write_file_atomically(place / "mine.toml", text);
  CHECK(place.run({"summary", "mine.toml"}).out == place.run({"summary", "article"}).out);
  CHECK(place.run({"summary", "article"}).out.find("10,641,441") != std::string::npos);
}

TEST_CASE("published networks are listed and summarised by name") {
  const Place place;
  CHECK(place.run({"models"}).out.find("mobilenet_v2-b0353104.pth") != std::string::npos);
  const Json models = Json::parse(place.run({"models", "--json"}).out);
  CHECK(models.size() == 15);
  CHECK(models[0]["name"] == "resnet18");
  CHECK(models[13]["name"] == "resnet10_slim");
  CHECK(models[13]["weights"].is_null());
  CHECK(models[0]["features"] == 512);
  CHECK(models[0]["weights"]["preprocessing"]["resize"] == 256);
  CHECK(place.run({"summary", "resnet18"}).out.find("11,689,512 trained") != std::string::npos);
  CHECK(place.run({"summary", "--network", "resnet18"}).out == place.run({"summary", "resnet18"}).out);
  CHECK(place.run({"summary", "article", "--network", "resnet18"}).out.find("11,177,025 trained") !=
        std::string::npos);
}
