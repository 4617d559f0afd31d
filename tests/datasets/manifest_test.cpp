// Manifests survive a round trip, and malformed ones are told apart.
#include "margay/datasets/manifest.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay::datasets {
namespace {

Manifest example() {
  return {.name = "tiny",
          .licence = "MIT",
          .archives = {{"tiny.zip", 1234, std::string(64, 'a'), "http://host/tiny.zip"},
                       {"more.zip", 5678, std::string(64, 'b'), "/mirror/more.zip"}},
          .root = "tiny_root",
          .pictures = 7,
          .retrieved = "2024-05-01T12:00:00Z"};
}

TEST_CASE("a manifest is read as it was written") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "manifest.json", example().to_json().dump());
  CHECK(Manifest::load(folder / "manifest.json") == example());
}

TEST_CASE("malformed manifests are format errors") {
  const test::TemporaryFolder folder;
  for (const char* text : {"", "{", "[]", "null", "7", "{}", "\xFF", "{\"name\": \"tiny\"}"}) {
    CAPTURE(text);
    write_file_atomically(folder / "manifest.json", std::string_view(text));
    CHECK_THROWS_AS(Manifest::load(folder / "manifest.json"), FormatError);
  }
  CHECK_THROWS_AS(Manifest::load(folder / "absent.json"), IoError);
}

TEST_CASE("every value of a manifest is needed and checked") {
  const Json good = example().to_json();
  for (const auto& [name, value] : good.items()) {
    const std::string& key = name;
    CAPTURE(key);
    Json without = good;
    without.erase(key);
    CHECK_THROWS_AS(Manifest::from_json(without, "m"), FormatError);
    Json wrong = good;
    wrong[key] = value.is_string() ? Json(3) : Json("three");
    CHECK_THROWS_AS(Manifest::from_json(wrong, "m"), FormatError);
  }
  for (const char* root : {"", ".", "..", "a/b", "/etc"}) {
    Json evil = good;
    evil["root"] = root;
    CHECK_THROWS_AS(Manifest::from_json(evil, "m"), FormatError);
  }
  for (const char* digest : {"", "abc", "GGGG"}) {
    Json evil = good;
    evil["archives"][1]["sha256"] = digest;
    CHECK_THROWS_AS(Manifest::from_json(evil, "m"), FormatError);
  }
  for (const char* key : {"file", "bytes", "sha256", "origin"}) {
    Json without = good;
    without["archives"][1].erase(key);
    CHECK_THROWS_AS(Manifest::from_json(without, "m"), FormatError);
  }
  Json none = good;
  none["archives"] = Json::array();
  CHECK_THROWS_AS(Manifest::from_json(none, "m"), FormatError);
}

TEST_CASE("a manifest of one archive is read as it was written before") {
  const Manifest manifest = Manifest::from_json(
      Json::parse(
          fmt::format(R"({{"name": "tiny", "archive": "tiny.zip", "archive_bytes": 9, "archive_sha256": "{}",
                   "origin": "/tiny.zip", "root": "tiny", "pictures": 2, "retrieved": "2024-05-01T12:00:00Z"}})",
                      std::string(64, 'c'))),
      "m");
  CHECK(manifest.archives == std::vector<ArchiveFacts>{{"tiny.zip", 9, std::string(64, 'c'), "/tiny.zip"}});
  CHECK(manifest.licence.empty());
}

}  // namespace
}  // namespace margay::datasets
