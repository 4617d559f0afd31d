// MARGAY_MIRROR: colons separate, except where they belong to an address.
#include "margay/fetch/mirrors.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace margay::fetch {
namespace {

using List = std::vector<std::string>;

TEST_CASE("mirrors are split at colons that separate") {
  const std::vector<std::pair<std::string, List>> cases{
      {"", {}},
      {":", {}},
      {"/a", {"/a"}},
      {"/a:/b", {"/a", "/b"}},
      {":/a::relative/b:", {"/a", "relative/b"}},
      {"http://host/x", {"http://host/x"}},
      {"https://host:8443/x:/b", {"https://host:8443/x", "/b"}},
      {"/a:http://host:80:/c", {"/a", "http://host:80", "/c"}},
      {"http://host:8080", {"http://host:8080"}},
      {"http://host:/a", {"http://host", "/a"}},
      {"http://one:1/a:http://two:2/b", {"http://one:1/a", "http://two:2/b"}},
      {"http://host/a:8080/b", {"http://host/a", "8080/b"}},
      {"http://host:80:90", {"http://host:80", "90"}},
      {"http://[::1]:8080/x:/b", {"http://[::1]:8080/x", "/b"}},
      {"http:/a", {"http", "/a"}},
      {"/http://a", {"/http", "//a"}},
      {"/data/8080:/b", {"/data/8080", "/b"}},
  };
  for (const auto& row : cases) {
    const auto& [text, expected] = row;
    CAPTURE(row.first);
    CHECK(split_mirrors(text) == expected);
  }
}

TEST_CASE("a mirror has the file below it or is the file") {
  CHECK(place_in_mirror("/a", "x.zip") == "/a/x.zip");
  CHECK(place_in_mirror("/a/", "x.zip") == "/a/x.zip");
  CHECK(place_in_mirror("/a/x.zip", "x.zip") == "/a/x.zip");
  CHECK(place_in_mirror("/a/old-x.zip", "x.zip") == "/a/old-x.zip/x.zip");
  CHECK(place_in_mirror("http://host:1", "x.zip") == "http://host:1/x.zip");
}

}  // namespace
}  // namespace margay::fetch
