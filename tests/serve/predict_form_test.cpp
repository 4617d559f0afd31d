// Forms, targets and base64: what programs send, and what nobody should.
#include "margay/serve/predict_form.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "margay/core/error.h"
#include "margay/serve/base64.h"
#include "margay/serve/multipart.h"

using namespace margay;
using namespace margay::serve;

namespace {

HttpRequest request_of(std::string_view target, std::string_view body, const std::string& content_type = {}) {
  HttpRequest request;
  read_target(target, request);
  request.body.assign(body.begin(), body.end());
  if (!content_type.empty()) request.fields.emplace_back("content-type", content_type);
  return request;
}

std::string text_of(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

int status_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.http_status();
  }
  return 0;
}

const std::string kForm = "multipart/form-data; boundary=XX";

}  // namespace

TEST_CASE("a body is a picture whatever its type") {
  for (const char* type : {"", "image/jpeg", "application/x-www-form-urlencoded", "text/plain"}) {
    const HttpRequest request = request_of("/predict?top=3&model=pets", "bytes", type);
    const PredictForm form = parse_predict_form(request, 4);
    REQUIRE(form.pictures.size() == 1);
    CHECK(text_of(form.pictures[0].bytes) == "bytes");
    CHECK(form.top == 3);
    CHECK(form.model == "pets");
  }
}

TEST_CASE("forms have files and fields") {
  const std::string body =
      "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a \\\"b\\\".jpg\"\r\n"
      "Content-Type: image/jpeg\r\n\r\none\r\n--XX  "
      "\r\ncontent-disposition:form-data;filename=c.png;name=x\r\n\r\n"
      "two\r\n\r\n--X\r\n--XX\r\nContent-Disposition: form-data; name=\"top\"\r\n\r\n2\r\n--XX\r\n"
      "Content-Disposition: form-data; name=\"image\"; filename=\"\"\r\n\r\n\r\n--XX--\r\nepilogue";
  const HttpRequest request = request_of("/predict", body, "Multipart/Form-Data; charset=x; boundary=\"XX\"");
  const PredictForm form = parse_predict_form(request, 4);
  REQUIRE(form.pictures.size() == 2);
  CHECK(form.pictures[0].name == "a \"b\".jpg");
  CHECK(text_of(form.pictures[0].bytes) == "one");
  CHECK(form.pictures[1].name == "c.png");
  CHECK(text_of(form.pictures[1].bytes) == "two\r\n\r\n--X");
  CHECK(form.top == 2);
}

TEST_CASE("what is said twice has to be the same") {
  const auto form_with = [](const std::string& value) {
    return "--XX\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n" + value +
           "\r\n--XX\r\nContent-Disposition: form-data; name=\"image\"; "
           "filename=\"a.jpg\"\r\n\r\none\r\n--XX--";
  };
  CHECK(parse_predict_form(request_of("/predict?model=pets", form_with("pets"), kForm), 4).model == "pets");
  const HttpRequest other = request_of("/predict?model=pets", form_with("birds"), kForm);
  CHECK(status_of([&] { parse_predict_form(other, 4); }) == 400);
}

TEST_CASE("a form without parts has none") {
  const std::string body = "--XX--";
  CHECK(parse_multipart(kForm, {reinterpret_cast<const uint8_t*>(body.data()), body.size()}, 4).empty());
}

TEST_CASE("malformed forms are refused") {
  struct Bad {
    std::string body, type;
    int status;
  };
  const std::string file = "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n";
  std::string many;
  for (int i = 0; i < 9; ++i) many += "--XX\r\n" + file + "\r\nx\r\n";
  const Bad table[] = {
      {"", kForm, 400},
      {"--XX", kForm, 400},
      {"--XX\r\n", kForm, 400},
      {"--XX\r\n" + file, kForm, 400},
      {"--XX\r\n" + file + "\r\nx", kForm, 400},
      {"--XX\r\n" + file + "\r\nx\r\n--XX", kForm, 400},
      {"--XXy\r\n" + file + "\r\nx\r\n--XX--", kForm, 400},
      {"--XX\r\n" + file + "\r\nx\r\n--XX--", "multipart/form-data", 400},
      {"--XX\r\n" + file + "\r\nx\r\n--XX--", "multipart/form-data; boundary=" + std::string(71, 'X'), 400},
      {"--XX\r\n" + file + "X: " + std::string(5000, 'x') + "\r\n\r\nx\r\n--XX--", kForm, 431},
      {"--XX\r\n" + file + "Content-Transfer-Encoding: base64\r\n\r\nx\r\n--XX--", kForm, 415},
      {"--XX\r\nContent-Disposition: form-data; name=\"image\r\n\r\nx\r\n--XX--", kForm, 400},
      {"--XX\r\nContent-Disposition: form-data; name=\"size\"\r\n\r\n2\r\n--XX--", kForm, 400},
      {"--XX\r\nContent-Disposition: form-data; name=\"top\"\r\n\r\n0\r\n--XX--", kForm, 400},
      {"--XX\r\n\r\nx\r\n--XX--", kForm, 400},
      {many + "--XX--", kForm, 413},
  };
  for (const Bad& bad : table) {
    CAPTURE(bad.body);
    const HttpRequest request = request_of("/predict", bad.body, bad.type);
    CHECK(status_of([&] { (void)parse_predict_form(request, 4); }) == bad.status);
  }
}

TEST_CASE("addresses are read without escapes, and malformed ones are refused") {
  HttpRequest request;
  read_target("/a%20b/c+d?x=1%262&y=a+b&z", request);
  CHECK(request.path == "/a b/c+d");
  CHECK(request.query == std::map<std::string, std::string>{{"x", "1&2"}, {"y", "a b"}, {"z", ""}});
  for (const char* bad : {"", "*", "http://localhost/", "/%", "/%4", "/%zz", "/%00", "/?a=1&a=2", "/?a=%f"})
    CHECK(status_of([&] {
            HttpRequest other;
            read_target(bad, other);
          }) == 400);
}

TEST_CASE("base64 is read as it is written") {
  for (const auto& [text, plain] : {std::pair<std::string, std::string>{"", ""},
                                    {"Zg==", "f"},
                                    {"Zm8=", "fo"},
                                    {"Zm8", "fo"},
                                    {"Zm9v", "foo"},
                                    {"Zm9vYmFy", "foobar"},
                                    {"+/+/", "\xfb\xff\xbf"}})
    CHECK(text_of(bytes_of_base64(text)) == plain);
  for (const char* bad : {"Z", "Zm9vY", "Z===", "Zg==Zg==", "Zm 9v", "Zm9v\n", "-_-_", "===="})
    CHECK_THROWS_AS(bytes_of_base64(bad), FormatError);
}
