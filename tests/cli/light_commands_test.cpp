// The commands that need no libtorch, run as programs.
#include <doctest/doctest.h>

#include "margay/core/json.h"
#include "tests/support/assets.h"
#include "tests/support/pets_place.h"
#include "tests/support/photograph.h"

using namespace margay;
namespace fs = std::filesystem;
using Place = test::PetsPlace;

TEST_CASE("what makes no sense to a command without training gets one clear line and an exit status") {
  const Place place;
  const test::RefusedCommand commands[] = {
      {{}, 2, "margay"},
      {{"trian"}, 2, "did you mean 'train'"},
      {{"evaluate", "nothing", "pets"}, 6, "nothing"},
      {{"evaluate", "small.toml", "pets"}, 4, "small.toml"},
      {{"predict", "nothing", "a.jpg"}, 6, "nothing"},
      {{"predict", "nothing"}, 2, "no picture is named"},
      {{"predict", "nothing", "a.jpg", "--weights", "imagenet"}, 2, "nothing has weights of its own"},
      {{"predict", "--model", "mobilenetv2", "a.jpg"}, 2, "did you mean 'mobilenet_v2'? Known are"},
      {{"predict", "--model", "mobilenet_v2"}, 2, "no picture is named"},
      {{"predict", "--model", "mobilenet_v2", "--weights", "none.pth", "a.jpg"},
       6,
       "there is no file none.pth"},
      {{"predict", "--model", "mobilenet_v2", "--weights", "small.toml", "a.jpg"}, 4, "neither a state dict"},
      {{"inspect", "nowhere"}, 6, "nowhere"},
      {{"show", "pets", "--augment", "spin"}, 2, "spin"},
      {{"show", "pets", "--count", "0"}, 2, "--count"},
      {{"summary", "artcle"}, 2, "article"},
      {{"summary", "resnett18"}, 2, "did you mean 'resnet18'"},
      {{"summary", "small.toml", "--network", "resnet17"}, 2, "did you mean 'resnet18'"},
      {{"recipe", "show", "artcle"}, 2, "did you mean 'article'"},
      {{"dataset", "get", "cats"}, 2, "cats-and-dogs"},
      {{"dataset", "draw", "pets"}, 6, "pets"},
      {{"dataset", "draw", "out", "--classes", "cats,unicorns"}, 2, "unicorns"},
      {{"dataset", "draw", "out", "--size", "8"}, 2, "pictures of 8 x 8 pixels: expected 16 to 2048"},
  };
  place.check_refused(commands);
}

TEST_CASE("inspect and show look into a folder and draw makes one") {
  const Place place;
  CHECK(place.run({"inspect", "pets"}).out.find("2 classes") != std::string::npos);
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
  CHECK(place.run({"summary", "article", "--network", "resnet18"}).out.find("11,177,025 trained") !=
        std::string::npos);
}
