// Safetensors both ways, with bytes built by hand, and every way in which a file can be wrong.
#include "margay/model/safetensors.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "tests/support/assets.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::model;

namespace {

/// Eight bytes, little-endian.
std::string length_field(uint64_t length) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 255);
  return bytes;
}

std::string file_of(const std::string& header, const std::string& data) {
  return length_field(header.size()) + header + data;
}

SafeTensors read(const std::string& bytes) {
  std::istringstream stream(bytes);
  return read_safetensors(stream, bytes.size(), "file");
}

std::string refusal(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string header_of_tensor(const std::string& entry) {
  return R"({"a":)" + entry + "}";
}

std::string bytes_of(std::initializer_list<uint16_t> values) {
  std::string bytes;
  for (const uint16_t value : values)
    bytes += {static_cast<char>(value & 255), static_cast<char>(value >> 8)};
  return bytes;
}

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("a file built by hand is read") {
  const std::string header =
      R"({"__metadata__":{"who":"me"},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}  )";
  const std::string data =
      std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0", 8) + "\x01\x02\xff";  // 1.0f, -2.0f
  const SafeTensors content = read(file_of(header, data));
  CHECK(content.metadata == std::map<std::string, std::string>{{"who", "me"}});
  CHECK(content.tensors.size() == 2);
  CHECK(content.tensors.at("a").shape == graph::Shape{2, 1});
  CHECK(to_float32(content.tensors.at("a")) == std::vector<float>{1, -2});
  CHECK(to_int64(content.tensors.at("b")) == std::vector<int64_t>{1, 2, 255});
  CHECK(to_float32(content.tensors.at("b")) == std::vector<float>{1, 2, 255});
}

TEST_CASE("every type of number becomes float32") {
  const auto values = [](const std::string& dtype, const std::string& data, int count) {
    const std::string entry =
        fmt::format(R"({{"dtype":"{}","shape":[{}],"data_offsets":[0,{}]}})", dtype, count, data.size());
    return to_float32(read(file_of(header_of_tensor(entry), data)).tensors.at("a"));
  };
  CHECK(values("F64", std::string("\0\0\0\0\0\0\xF8\x3F", 8), 1) == std::vector<float>{1.5f});
  CHECK(values("I64", std::string(8, '\xFF'), 1) == std::vector<float>{-1});
  CHECK(values("I32", std::string(4, '\xFE'), 1) == std::vector<float>{-16843010});
  CHECK(values("I16", "\x01\x80", 1) == std::vector<float>{-32767});
  CHECK(values("I8", "\x80\x7F", 2) == std::vector<float>{-128, 127});
  CHECK(values("BOOL", std::string("\1\0", 2), 2) == std::vector<float>{1, 0});
}

TEST_CASE("what is written has the bytes that the format asks for") {
  const test::TemporaryFolder folder;
  SafeTensors content;
  content.tensors["flag"] = make_tensor({3}, std::span<const uint8_t>(std::vector<uint8_t>{7, 8, 9}));
  content.tensors["zeta"] = make_tensor({1}, std::span<const int64_t>(std::vector<int64_t>{-1}));
  content.tensors["alpha"] = make_tensor({}, std::span<const float>(std::vector<float>{1.0f}));
  content.metadata["k"] = "v";
  write_safetensors(folder / "file", content);
  std::string header =
      R"({"__metadata__":{"k":"v"},"zeta":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
      R"("alpha":{"dtype":"F32","shape":[],"data_offsets":[8,12]},"flag":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  CHECK(text_of(folder / "file") ==
        file_of(header, std::string(8, '\xff') + std::string("\x00\x00\x80\x3f", 4) + "\x07\x08\x09"));
}

TEST_CASE("what is written is read back and the bytes are the same each time") {
  const test::TemporaryFolder folder;
  SafeTensors content;
  content.tensors["weights"] =
      make_tensor({2, 3}, std::span<const float>(std::vector<float>{1, 2, 3, -4, 5e-40f, INFINITY}));
  content.tensors["empty"] = make_tensor({0, 5}, std::span<const float>());
  content.tensors["steps"] =
      make_tensor({2}, std::span<const int64_t>(std::vector<int64_t>{INT64_MIN, INT64_MAX}));
  content.tensors["state"] = make_tensor({1}, std::span<const uint8_t>(std::vector<uint8_t>{200}));
  content.metadata["text"] = "line\nfeed, \"quotes\" and \xc3\xa4";
  write_safetensors(folder / "a", content);
  write_safetensors(folder / "b", content);
  CHECK(read_safetensors(folder / "a") == content);
  CHECK(text_of(folder / "a") == text_of(folder / "b"));
  write_safetensors(folder / "none", {});
  CHECK(read_safetensors(folder / "none") == SafeTensors{});
}

TEST_CASE("half precision numbers are converted exactly") {
  const auto values = [](const char* dtype, const std::string& data) {
    const std::string count = std::to_string(data.size() / 2);
    const std::string entry = std::string(R"({"dtype":")") + dtype + R"(","shape":[)" + count +
                              R"(],"data_offsets":[0,)" + std::to_string(data.size()) + "]}";
    return to_float32(read(file_of(header_of_tensor(entry), data)).tensors.at("a"));
  };
  // 1, -2, 65504 (largest), 2^-24 (smallest subnormal), 2^-14 (smallest normal), 1/3, -0
  const auto half = values("F16", bytes_of({0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000}));
  CHECK(half == std::vector<float>{1, -2, 65504, 0x1p-24f, 0x1p-14f, 0.333251953125f, -0.0f});
  CHECK(std::signbit(half[6]));
  const auto special = values("F16", bytes_of({0x7c00, 0xfc00, 0x7e00}));
  CHECK(special[0] == INFINITY);
  CHECK(special[1] == -INFINITY);
  CHECK(std::isnan(special[2]));
  CHECK(values("BF16", bytes_of({0x3f80, 0xc000, 0x7f80, 0x0001})) ==
        std::vector<float>{1, -2, INFINITY, 0x1p-133f});
}

TEST_CASE("malformed files are refused") {
  const std::string good = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  const std::string eight(8, 'x');
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string entry = good;
    entry.replace(entry.find(from), from.size(), to);
    return file_of(header_of_tensor(entry), eight);
  };
  CHECK(refusal(file_of(header_of_tensor(good), eight)).empty());
  struct Bad {
    std::string bytes;
    std::string expected;
  };
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"a":)";
  const std::vector<Bad> table{
      {"", "0 bytes are too few"},
      {"1234567", "7 bytes are too few"},
      {length_field(0), "does not begin with '{'"},
      {length_field(1), "the header claims 1 bytes, the file has 8"},
      {length_field(UINT64_MAX) + "{}", "at most 100000000 are allowed"},
      {length_field(100'000'001) + "{}", "at most 100000000 are allowed"},
      {length_field(99'999'999) + "{}", "the header claims 99999999 bytes"},
      {file_of("[]", ""), "does not begin with '{'"},
      {file_of(" {}", ""), "does not begin with '{'"},
      {file_of("{", ""), "not valid JSON"},
      {file_of("{}x", ""), "not valid JSON"},
      {file_of("{\"a\xff\":1}", ""), "not valid JSON"},
      {file_of(deep, ""), "nested more than 64 levels deep"},
      {file_of("{}", "x"), "the tensors take 0 bytes, the file holds 1"},
      {file_of(R"({"__metadata__":3})", ""), "__metadata__ is not an object"},
      {file_of(R"({"__metadata__":{"a":3}})", ""), "__metadata__ 'a' is not a text"},
      {file_of(R"({"__metadata__":{"a":"1","a":"2"}})", ""), "two values named 'a'"},
      {file_of(R"({"a":)" + good + R"(,"a":)" + good + "}", eight), "two values named 'a'"},
      {file_of(header_of_tensor("3"), eight), "its entry must be dtype, shape and data_offsets"},
      {file_of(header_of_tensor("{}"), eight), "its entry must be"},
      {with("]}", R"(],"more":1})"), "its entry must be"},
      {with(R"("dtype":"F32",)", R"("dtype":"F32","dtype":"F32",)"), "two values named 'dtype'"},
      {with("F32", "F8"), "dtype \"F8\" is not read. Hint: F32"},
      {with("\"F32\"", "32"), "dtype 32 is not read"},
      {with("F32", "I64"), "shape 2 of I64 does not take 8 bytes"},
      {with("[2]", "2"), "its shape is not a list"},
      {with("[2]", "[-2]"), "an extent is -2"},
      {with("[2]", "[2.0]"), "an extent is 2.0"},
      {with("[2]", "[1e999]"), "the number 1e999 is out of range"},
      {with("[2]", "[true]"), "an extent is true"},
      {file_of(std::string("{}\0{}", 5), ""), "a zero byte"},
      {with("[2]", "[3]"), "does not take 8 bytes"},
      {with("[2]", "[0]"), "does not take 8 bytes"},
      {with("[2]", "[2,9223372036854775808]"), "an extent is out of range"},
      {with("[2]", "[4611686018427387905,2]"),
       "does not take 8 bytes"},  // 2^63 + 2 elements: 8 bytes when it overflows
      {with("[2]", "[4294967296,4294967296,2]"), "does not take 8 bytes"},
      {with("[0,8]", "[0]"), "data_offsets must be"},
      {with("[0,8]", "[0,8,8]"), "data_offsets must be"},
      {with("[0,8]", "8"), "data_offsets must be"},
      {with("[0,8]", "[8,0]"), "bytes 8 to 0 of 8 are out of range"},
      {with("[0,8]", "[0,9]"), "bytes 0 to 9 of 8 are out of range"},
      {with("[0,8]", "[1,9]"), "out of range"},
      {with("[0,8]", "[-1,7]"), "an offset is -1"},
      {with("[0,8]", "[18446744073709551608,18446744073709551615]"), "out of range"},
      {file_of(header_of_tensor(good), eight + "x"), "the tensors take 8 bytes, the file holds 9"},
      {file_of(header_of_tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[4,12]})"), eight + "1234"),
       "begins at byte 4, expected 0"},
      {file_of(R"({"a":)" + good + R"(,"b":)" + good + "}", eight), "begins at byte 0, expected 8"},
      {file_of(R"({"a":)" + good + R"(,"b":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}})", eight),
       "'b' begins at byte 7, expected 8"},
  };
  for (const Bad& bad : table) {
    const std::string message = refusal(bad.bytes);
    CAPTURE(bad.expected);
    CAPTURE(message);
    CHECK(message.starts_with("[file"));
    CHECK(message.find(bad.expected) != std::string::npos);
  }
}

TEST_CASE("every truncation of a good file is refused") {
  const std::string header =
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}})";
  const std::string bytes = file_of(header, "123456789");
  CHECK(refusal(bytes).empty());
  for (size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(refusal(bytes.substr(0, size)).empty());
}

TEST_CASE("mutated files are read or refused") {
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12]}})";
  constexpr int kMutations = 20'000;
  const int accepted =
      test::count_survivors(file_of(header, "123456789012"), kMutations, [](const auto& bytes) {
        for (const auto& [name, tensor] : read(bytes).tensors) to_float32(tensor);
      });
  CHECK(accepted > 0);
  CHECK(accepted < kMutations);
}

TEST_CASE("tensors whose shape and bytes disagree are not written") {
  const test::TemporaryFolder folder;
  SafeTensors content;
  content.tensors["a"] = {DType::f32, {2}, std::vector<uint8_t>(7)};
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "file", content),
                       doctest::Contains("tensor 'a' has 7 bytes, expected 8"), ModelError);
  CHECK_FALSE(std::filesystem::exists(folder / "file"));
  SafeTensors odd;
  odd.metadata["a"] = "\xff";
  CHECK_THROWS_WITH_AS(write_safetensors(folder / "file", odd), doctest::Contains("not UTF-8"), ModelError);
  CHECK_THROWS_AS(make_tensor({3}, std::span<const float>(std::vector<float>{1, 2})), ModelError);
  CHECK_THROWS_AS(to_int64(make_tensor({1}, std::span<const float>(std::vector<float>{1}))), ModelError);
}

TEST_CASE("files that are not there and folders that are not there are reported") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(read_safetensors(folder / "missing"), IoError);
  CHECK_THROWS_AS(read_safetensors(folder.path()), IoError);
  CHECK_THROWS_AS(write_safetensors(folder / "missing" / "file", {}), IoError);
}

TEST_CASE("metadata are read without the bytes of the tensors") {
  const std::string whole = file_of(
      R"({"__metadata__": {"a": "b"}, "t": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}})", "1234");
  const auto metadata = [&](size_t size_bytes) {
    std::istringstream header_alone(whole.substr(0, whole.size() - 4));
    return read_safetensors_metadata(header_alone, size_bytes, "file");
  };
  CHECK(metadata(whole.size()) == std::map<std::string, std::string>{{"a", "b"}});
  CHECK_THROWS_AS(metadata(whole.size() - 1), FormatError);
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "file", whole);
  CHECK(read_safetensors_metadata(folder / "file").at("a") == "b");
  CHECK_THROWS_AS(read_safetensors_metadata(folder / "missing"), IoError);
}

TEST_CASE("a published file of weights is read") {
  const auto path = test::find_asset("weights/mobilenet_v2-imagenet.safetensors");
  if (!path) return;
  const SafeTensors content = read_safetensors(*path);
  CHECK(content.tensors.size() ==
        314);  // 52 convolutions, 52 batch norms with five tensors each, the classifier's two
  CHECK(content.tensors.at("features.0.0.weight").shape == graph::Shape{32, 3, 3, 3});
  CHECK(content.tensors.at("classifier.1.weight").shape == graph::Shape{1000, 1280});
  CHECK(content.tensors.at("features.0.1.num_batches_tracked").dtype == DType::i64);
  for (const float variance : to_float32(content.tensors.at("features.0.1.running_var"))) CHECK(variance > 0);

  const test::TemporaryFolder folder;
  write_safetensors(folder / "again", content);
  CHECK(read_safetensors(folder / "again") == content);
}
