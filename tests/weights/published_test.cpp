// Published weights: mirrors first, checked against the name, kept; from a server that is right or wrong.
#include "margay/weights/published.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <span>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/weights/imagenet_classes.h"
#include "tests/fetch/loopback_server.h"
#include "tests/support/temporary_folder.h"

namespace margay::weights {
namespace {

namespace fs = std::filesystem;

const std::string kContent = "the bytes of published weights";

std::string digest_of(const std::string& content) {
  return sha256_hex(std::span(reinterpret_cast<const uint8_t*>(content.data()), content.size()));
}

/// A network whose file is published by a server of ours, an empty mirror and an empty cache.
struct World {
  test::TemporaryFolder folder;
  std::string file = "tiny-" + digest_of(kContent).substr(0, 8) + ".pth";
  test::LoopbackServer server{"/models/" + file};
  graph::zoo::ZooNetwork network{
      .name = "tiny", .build = nullptr, .weights = {.file = file, .licence = "", .interpolation = ""}};
  GetOptions options;

  World() {
    fs::create_directory(folder / "mirror");
    server.set_file(kContent, "\"one\"");
    options.cache = folder / "cache";
    options.mirror = (folder / "mirror").string();
    options.address = server.url("/models/");
    options.download = {.connect_timeout_s = 5, .stall_timeout_s = 5, .attempts = 2, .pause_s = 0.01};
  }
  fs::path get() const { return get_weights(network, options); }
  fs::path cached() const { return folder / "cache/weights" / file; }
  void put_in_mirror(const std::string& name, const std::string& content) const {
    write_file_atomically(folder / "mirror" / name, content);
  }
};

TEST_CASE("published weights are downloaded once and kept") {
  World world;
  CHECK(world.get() == world.cached());
  CHECK(read_text_file(world.cached()) == kContent);
  CHECK(world.get() == world.cached());
  CHECK(world.server.requests == 1);
}

TEST_CASE("weights on this machine are found without asking anybody") {
  World world;
  CHECK(!find_weights(world.network, world.options));
  world.get();
  CHECK(find_weights(world.network, world.options) == world.cached());
  CHECK(world.server.requests == 1);
  world.put_in_mirror("tiny-imagenet.pth", "any");
  CHECK(find_weights(world.network, world.options) == world.folder / "mirror/tiny-imagenet.pth");
  world.put_in_mirror(world.file, "not what its name promises");
  CHECK(find_weights(world.network, world.options) == world.folder / "mirror/tiny-imagenet.pth");
  world.options.mirror = world.server.url("/models/");
  write_file_atomically(world.cached(), std::string_view("damaged"));
  CHECK(!find_weights(world.network, world.options));
  CHECK(world.server.requests == 1);
}

TEST_CASE("published weights see more in larger pictures where the network takes any size") {
  const image::Preprocess usual = preprocess_of(graph::zoo::find_network("mobilenet_v2"));
  const image::Preprocess large =
      preprocess_of(graph::zoo::find_network("mobilenet_v2"), {.resolution = 288});
  CHECK(usual.width == 224);
  CHECK(large.width == 288);
  CHECK(large.height == 288);
  CHECK(large.resize == 288);
  CHECK(large.mean == usual.mean);
  CHECK(preprocess_of(graph::zoo::find_network("vit_b_16"), {.resolution = 288}).width == 224);
  const image::Preprocess whole =
      preprocess_of(graph::zoo::find_network("mobilenet_v2"), {.fit = image::ResizeMode::squash});
  CHECK(whole.fit == image::ResizeMode::squash);
  CHECK(whole.width == 224);
  CHECK_NOTHROW(whole.validate());
}

TEST_CASE("a download of weights that breaks off goes on") {
  World world;
  world.server.cuts = 1;
  CHECK(read_text_file(world.get()) == kContent);
  CHECK(world.server.requests == 2);
}

TEST_CASE("mirrors of weights come first and may have files under other names") {
  World world;
  world.put_in_mirror("tiny-imagenet.pth", "any");
  CHECK(world.get() == world.folder / "mirror/tiny-imagenet.pth");
  world.put_in_mirror("tiny-imagenet.safetensors", "any");
  CHECK(world.get() == world.folder / "mirror/tiny-imagenet.safetensors");
  world.put_in_mirror(world.file, kContent);
  CHECK(world.get() == world.folder / "mirror" / world.file);
  world.options.mirror = (world.folder / "mirror/tiny-imagenet.pth").string();
  CHECK(world.get() == world.folder / "mirror/tiny-imagenet.pth");
  CHECK(world.server.requests == 0);
}

TEST_CASE("a mirror of weights may be an address") {
  World world;
  world.options.address = "http://127.0.0.1:1/models/";
  world.options.mirror = "/no/such/folder:" + world.server.url("/models");
  CHECK(world.get() == world.cached());
}

TEST_CASE("a server with wrong bytes is refused and nothing is kept") {
  World world;
  world.server.set_file("something else", "\"two\"");
  CHECK_THROWS_WITH_AS(
      world.get(),
      doctest::Contains((": its SHA-256 begins with " + digest_of("something else").substr(0, 8) +
                         ", expected " + digest_of(kContent).substr(0, 8))
                            .c_str()),
      IoError);
  CHECK_FALSE(fs::exists(world.cached()));
  world.server.set_file(kContent, "\"three\"");
  CHECK(world.get() == world.cached());
}

TEST_CASE("a mirror with wrong bytes is passed over") {
  World world;
  world.put_in_mirror(world.file, "something else");
  CHECK(world.get() == world.cached());
  CHECK(read_text_file(world.folder / "mirror" / world.file) == "something else");
}

TEST_CASE("a mirror that answers a page to every name is passed over") {
  World world;
  test::LoopbackServer page("/tiny-imagenet.pth");
  page.set_file("<html><body>no such model</body></html>", "");
  world.options.mirror = page.url("");
  CHECK(world.get() == world.cached());
  world.put_in_mirror("tiny-imagenet.pth", "<html></html>");
  world.options.mirror = (world.folder / "mirror").string();
  world.options.cache = world.folder / "other";
  CHECK_FALSE(find_weights(world.network, world.options));
}

TEST_CASE("kept weights whose bytes have changed are got again") {
  World world;
  world.get();
  write_file_atomically(world.cached(), std::string_view("changed"));
  CHECK(read_text_file(world.get()) == kContent);
}

TEST_CASE("weights that are nowhere are reported with all that was tried") {
  World world;
  world.options.address = world.server.url("/elsewhere/");
  for (const std::string expected : {"cannot get tiny-", "mirror/tiny-imagenet.safetensors: no such file",
                                     "mirror/tiny-imagenet.pth: no such file", "404", "set MARGAY_MIRROR"})
    CHECK_THROWS_WITH_AS(world.get(), doctest::Contains(expected.c_str()), IoError);
}

TEST_CASE("a stopped download of weights goes on later") {
  World world;
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(get_weights(world.network, world.options, {}, stop.get_token()), Interrupted);
  CHECK(world.get() == world.cached());
}

TEST_CASE("weights are a word or a file") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "mine.pth", std::string_view("x"));
  CHECK(resolve_weights("", (folder / "mine.pth").string()) == folder / "mine.pth");
  CHECK_THROWS_WITH_AS(resolve_weights("", (folder / "none.pth").string()),
                       doctest::Contains("there is no file"), IoError);
  CHECK_THROWS_WITH_AS(resolve_weights("", "imagenet"), doctest::Contains("`network=mobilenet_v2`"),
                       UsageError);
  CHECK_THROWS_WITH_AS(resolve_weights("mobilenet_v3", "imagenet"), doctest::Contains("mobilenet_v2"),
                       UsageError);
}

TEST_CASE("networks that nobody publishes weights of say so") {
  const graph::zoo::ZooNetwork& own = graph::zoo::find_network("resnet10_slim");
  CHECK_THROWS_WITH_AS(get_weights(own), doctest::Contains("nobody publishes weights of resnet10_slim"),
                       UsageError);
  CHECK_THROWS_AS(imagenet_model(own, "any.pth"), UsageError);
  CHECK_FALSE(preprocess_for("resnet10_slim", "any.pth"));
}

TEST_CASE("every published file has a name that can be checked and a preprocessing") {
  for (const graph::zoo::ZooNetwork& network : graph::zoo::networks()) {
    CAPTURE(network.name);
    const std::string file(network.weights.file);
    REQUIRE(file.ends_with(".pth"));
    const std::string digest = file.substr(file.rfind('-') + 1, 8);
    CHECK(digest.find_first_not_of("0123456789abcdef") == digest.npos);
    CHECK(file.size() == file.rfind('-') + 1 + 8 + 4);
    CHECK_NOTHROW(preprocess_of(network).validate());
  }
}

TEST_CASE("the classes of ImageNet are a thousand and each has a name of its own") {
  const auto names = imagenet_classes();
  CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == 1000);
  CHECK(std::none_of(names.begin(), names.end(), [](std::string_view name) { return name.empty(); }));
  CHECK(names.front() == "tench");
  CHECK(names[281] == "tabby");
  CHECK(names.back() == "toilet tissue");
}

}  // namespace
}  // namespace margay::weights
