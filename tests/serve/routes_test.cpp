// Addresses, who may ask them, and the document that describes them.
#include "margay/serve/routes.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/lower_case.h"
#include "margay/core/version.h"
#include "margay/serve/access.h"
#include "margay/serve/request_record.h"
#include "margay/serve/static_pages.h"

using namespace margay;
using namespace margay::serve;

namespace {

int access_status(const AccessRules& rules, const HttpFields& fields, const std::string& path = "/predict") {
  HttpRequest request;
  request.path = path;
  request.fields = fields;
  try {
    require_access(request, rules);
  } catch (const Error& error) {
    return error.http_status();
  }
  return 200;
}

/// All "$ref" of a document.
void collect_references(const Json& value, std::set<std::string>& references) {
  if (value.is_object() && value.contains("$ref")) references.insert(value["$ref"].get<std::string>());
  if (value.is_structured())
    for (const Json& element : value) collect_references(element, references);
}

}  // namespace

TEST_CASE("addresses are found with the names in them") {
  const RoutedRequest infer = find_route("POST", "/v2/models/pets/versions/1/infer");
  CHECK(infer.row->route == Route::infer);
  CHECK(infer.model == "pets");
  CHECK(infer.version == "1");
  CHECK(find_route("GET", "/").row->route == Route::page);
  CHECK(find_route("HEAD", "/v2/").row->route == Route::server);
  CHECK(find_route("GET", "/v2/models/health").model == "health");
  for (const char* none :
       {"/v2/models", "/v2/models/a/b", "/v2/models/a/infer/b", "/v1", "/predict/x", "/metricsx"})
    CHECK_THROWS_WITH_AS(find_route("GET", none), doctest::Contains("no such address"), Error);
  CHECK_THROWS_WITH_AS(find_route("GET", "/predict"), doctest::Contains("takes POST"), Error);
  CHECK_THROWS_WITH_AS(find_route("DELETE", "/v2"), doctest::Contains("takes GET, HEAD"), Error);
}

TEST_CASE("pages of the web do not ask a server on this machine") {
  const AccessRules local;
  for (const char* host :
       {"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080"})
    CHECK(access_status(local, {{"host", host}}) == 200);
  for (const char* host :
       {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "",
        "127.0.0.256", "127.0.0", "127.0.0.1.1", "128.0.0.1", "[::2]", "[", "0.0.0.0"})
    CHECK(access_status(local, {{"host", host}}) == 403);
  const std::pair<std::string, std::string> here{"host", "localhost:8080"};
  CHECK(access_status(local, {here, {"origin", "http://localhost:8080"}}) == 200);
  for (const char* origin : {"http://evil.example", "null", "http://localhost:9000", "http://localhost", ""})
    CHECK(access_status(local, {here, {"origin", origin}}) == 403);
  CHECK(access_status(local, {here, {"sec-fetch-site", "cross-site"}}) == 403);
  CHECK(access_status(local, {here, {"sec-fetch-site", "same-origin"}}) == 200);
  const AccessRules open{.host = "0.0.0.0", .allow_anyone = true};
  CHECK(access_status(open, {{"host", "pictures.example"}}) == 200);
  CHECK(access_status(open, {{"host", "pictures.example"}, {"origin", "http://evil.example"}}) == 403);
}

TEST_CASE("a token is asked for but for health") {
  const AccessRules rules{.host = "0.0.0.0", .token = "secret"};
  CHECK(access_status(rules, {{"authorization", "Bearer secret"}}) == 200);
  CHECK(access_status(rules, {{"authorization", "bearer  secret "}}) == 200);
  for (const char* wrong :
       {"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret"})
    CHECK(access_status(rules, {{"authorization", wrong}}) == 401);
  CHECK(access_status(rules, {}) == 401);
  CHECK(access_status(rules, {}, "/metrics") == 401);
  CHECK(access_status(rules, {}, "/v2/health/live") == 200);
  CHECK(access_status(rules, {}, "/v2/health/ready") == 200);
}

TEST_CASE("an address that others reach needs a token or a word") {
  CHECK_THROWS_WITH_AS((AccessRules{.host = "0.0.0.0"}).validate(), doctest::Contains("`token=SECRET`"),
                       UsageError);
  CHECK_THROWS_AS((AccessRules{.host = "::"}).validate(), UsageError);
  CHECK_THROWS_AS((AccessRules{.host = "192.168.0.1"}).validate(), UsageError);
  (AccessRules{.host = "0.0.0.0", .token = "secret"}).validate();
  (AccessRules{.host = "::", .allow_anyone = true}).validate();
  (AccessRules{.host = "::1"}).validate();
}

TEST_CASE("openapi.json has the addresses of the server and no others") {
  const Json document = parse_json(kOpenApi, "openapi.json");
  CHECK(document["openapi"].get<std::string>().starts_with("3."));
  CHECK(document["info"]["version"] == kVersion);
  std::set<std::string> described, there;
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [method, operation] : item.items()) {
      described.insert(method + ' ' + path);
      CHECK(operation["responses"].contains("200"));
      CHECK(operation["responses"].contains("default"));
      std::set<std::string> in_path;
      for (const Json& parameter : operation.value("parameters", Json::array()))
        if (parameter["in"] == "path") in_path.insert('{' + parameter["name"].get<std::string>() + '}');
      for (const char* name : {"{model}", "{version}"})
        CHECK((path.find(name) != path.npos) == in_path.contains(name));
    }
  for (const RouteRow& row : routes())
    there.insert(lower_case(std::string(row.method)) + ' ' + std::string(row.pattern));
  CHECK(described == there);
  std::set<std::string> references;
  collect_references(document, references);
  for (const std::string& reference : references) {
    CAPTURE(reference);
    CHECK(document.contains(Json::json_pointer(reference.substr(1))));
  }
}

TEST_CASE("a line of the access log is one line of JSON, whatever was asked") {
  const std::string line =
      format_access_line({.begin = std::chrono::system_clock::time_point(std::chrono::milliseconds(1234)),
                          .seconds = 0.5,
                          .client = "127.0.0.1:7",
                          .method = "GET",
                          .path = "/\n\x1b[31m\xff\u202e",
                          .status = 404});
  CHECK(line.find_first_of("\n\x1b") == line.npos);
  const Json record = parse_json(line, "line");
  CHECK(record["time"] == "1970-01-01T00:00:01.234Z");
  CHECK(record["status"] == 404);
  CHECK_FALSE(record.contains("model"));
}
