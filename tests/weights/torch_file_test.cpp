// State dicts that PyTorch wrote, and every way in which a file can be wrong.
#include "margay/weights/torch_file.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/weights/read_weights.h"
#include "tests/support/mutations.h"
#include "tests/weights/torch_place.h"

namespace margay::weights {
namespace {

namespace fs = std::filesystem;
using namespace test;

// tests/weights/data/*.pth: PyTorch 1.13, torch.save of an OrderedDict, also with
// _use_new_zipfile_serialization=False (legacy) and with pickle_protocol=4. checkpoint*.pth are a dict with
// numbers, an SGD's state and the state dict of DataParallel(Sequential(Linear(2, 1), BatchNorm1d(1))) whose
// parameters are 1, 2, 3 and 4.
fs::path sample(const std::string& name) {
  return fs::path(MARGAY_TEST_FOLDER) / "weights" / "data" / name;
}

using Floats = std::vector<float>;

TEST_CASE("every type and layout of tensor is read from each form") {
  for (const char* name : {"zipped.pth", "zipped_protocol4.pth", "legacy.pth"}) {
    CAPTURE(name);
    const graph::Weights weights = read_weights(sample(name));
    CHECK(weights.size() == 16);
    CHECK(weights.at("f32") == graph::Tensor{{2, 3}, {1.5f, -2, 3, 4, 5, 6.25f}});
    CHECK(weights.at("f16").values == Floats{0.5f, -1, 65504, 0x1p-24f});
    CHECK(weights.at("bf16").values == Floats{1, -3.140625f});
    CHECK(weights.at("f64").values[0] == 0.1f);
    CHECK(std::isinf(weights.at("f64").values[1]));
    CHECK(weights.at("i64") == graph::Tensor{{}, {-7}});
    CHECK(weights.at("i32") == graph::Tensor{{1, 1}, {2147483648.0f}});
    CHECK(weights.at("i16").values == Floats{-32768, 5});
    CHECK(weights.at("i8").values == Floats{-128, 127});
    CHECK(weights.at("u8").values == Floats{255, 0});
    CHECK(weights.at("bool").values == Floats{1, 0});
    CHECK(weights.at("empty") == graph::Tensor{{0, 3}, {}});
    CHECK(weights.at("transposed") == graph::Tensor{{3, 2}, {0, 3, 1, 4, 2, 5}});
    CHECK(weights.at("channels_last") == graph::Tensor{{1, 3, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}});
    CHECK(weights.at("slice").values == Floats{20, 22});
    CHECK(weights.at("tied") == weights.at("f32"));
    CHECK(weights.at("parameter").values == Floats{9});
  }
}

TEST_CASE("the state dict in a checkpoint is found and DataParallel leaves its names") {
  for (const char* name : {"checkpoint.pth", "checkpoint_legacy.pth"}) {
    CAPTURE(name);
    const graph::Weights weights = read_weights(sample(name));
    CHECK(weights.size() == 6);
    CHECK(weights.at("0.weight") == graph::Tensor{{1, 2}, {1, 1}});
    CHECK(weights.at("1.bias").values == Floats{4});
    CHECK(weights.contains("1.running_var"));
  }
}

TEST_CASE("names that torchvision changed later are the later ones") {
  const Place place;
  const auto named = [&](const std::string& name) {
    write_zipped(place.path, pickle_of(dict_of({pickled(name), good_tensor()})));
    return read_weights(place.path).begin()->first;
  };
  CHECK(named("features.denseblock1.denselayer12.norm.1.weight") ==
        "features.denseblock1.denselayer12.norm1.weight");
  CHECK(named("features.denseblock4.denselayer1.conv.2.weight") ==
        "features.denseblock4.denselayer1.conv2.weight");
  CHECK(named("encoder.layers.encoder_layer_3.mlp.linear_1.bias") ==
        "encoder.layers.encoder_layer_3.mlp.0.bias");
  CHECK(named("encoder.layers.encoder_layer_3.mlp.linear_2.bias") ==
        "encoder.layers.encoder_layer_3.mlp.3.bias");
  CHECK(named("layer1.0.conv.1.weight") == "layer1.0.conv.1.weight");
  CHECK(named("module.layer1") == "layer1");
}

TEST_CASE("a file of Python 2 is read") {
  // OrderedDict([('a', tensor)]) as cPickle wrote it: a list of lists, and byte strings.
  const Place place;
  const std::string value = called(global("collections", "OrderedDict"), {"](](U\x01"
                                                                          "a" +
                                                                          good_tensor() + "ee"});
  write_zipped(place.path, pickle_of(value));
  CHECK(read_weights(place.path).at("a").values == Floats{1, 2});
}

TEST_CASE("state dicts that are wrong are refused with what is wrong") {
  const Place place;
  const std::string two = storage_of("FloatStorage", 2), a = pickled("a");
  const auto with_tensor = [&](const std::string& tensor) { return dict_of({a, tensor}); };
  const auto rebuilt = [&](std::initializer_list<std::string> arguments) {
    return with_tensor(called(global("torch._utils", "_rebuild_tensor_v2"), arguments));
  };
  const int64_t huge = int64_t{1} << 62;
  const std::vector<Bad> table{
      {"shape beyond the storage", with_tensor(tensor_of(two, 0, {3}, {1})), "'a'] shape 3 with strides 1"},
      {"offset beyond the storage", with_tensor(tensor_of(two, 1, {2}, {1})), "goes beyond its storage"},
      {"stride beyond the storage", with_tensor(tensor_of(two, 0, {2}, {2})), "goes beyond its storage"},
      {"negative stride", with_tensor(tensor_of(two, 1, {2}, {-1})), "a stride is -1"},
      {"negative extent", with_tensor(tensor_of(two, 0, {-2}, {1})), "an extent is -2"},
      {"negative offset", with_tensor(tensor_of(two, -1, {2}, {1})), "the offset is -1"},
      {"more elements than storage", with_tensor(tensor_of(two, 0, {1000}, {0})), "goes beyond its storage"},
      {"extents that overflow", with_tensor(tensor_of(two, 0, {huge, 4}, {0, 0})), "goes beyond its storage"},
      {"empty with extents that overflow", with_tensor(tensor_of(two, 0, {huge, huge, 0}, {0, 0, 0})),
       "goes beyond"},
      {"strides that overflow", with_tensor(tensor_of(two, 0, {3, 3}, {huge, huge})),
       "goes beyond its storage"},
      {"offset that overflows", with_tensor(tensor_of(two, INT64_MAX, {2}, {1})), "goes beyond its storage"},
      {"more strides than extents", with_tensor(tensor_of(two, 0, {2}, {1, 1})), "1 extents and 2 strides"},
      {"17 dimensions",
       with_tensor(tensor_of(two, 0, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {1})),
       "it has 17 dimensions"},
      {"storage beyond the file", with_tensor(tensor_of(storage_of("FloatStorage", 3), 0, {2}, {1})),
       "storage '0' has 8 bytes, its tensors say 12"},
      {"storage below the file", with_tensor(tensor_of(storage_of("FloatStorage", 1), 0, {1}, {1})),
       "has 8 bytes, the limit is 4"},
      {"huge storage", with_tensor(tensor_of(storage_of("FloatStorage", huge / 8), 0, {2}, {1})),
       "its tensors claim more than 67,108,864 bytes"},
      {"storage whose size overflows", with_tensor(tensor_of(storage_of("DoubleStorage", huge), 0, {2}, {1})),
       "claims 4611686018427387904 elements"},
      {"negative storage", with_tensor(tensor_of(storage_of("FloatStorage", -2), 0, {2}, {1})),
       "the storage's size is -2"},
      {"missing storage", with_tensor(tensor_of(storage_of("FloatStorage", 2, "1"), 0, {2}, {1})),
       "the ZIP has no 'data/1'"},
      {"storage outside", with_tensor(tensor_of(storage_of("FloatStorage", 2, "../../x"), 0, {2}, {1})),
       "the ZIP has no 'data/../../x'"},
      {"one storage of two types",
       dict_of({a, good_tensor(), pickled("b"), tensor_of(storage_of("IntStorage", 2), 0, {2}, {1})}),
       "storage '0' has two types"},
      {"complex numbers", with_tensor(tensor_of(storage_of("ComplexFloatStorage", 2), 0, {2}, {1})),
       "'torch.ComplexFloatStorage', which is refused"},
      {"storage that is no storage", rebuilt({pickled(1), pickled(0), shape_of({2}), shape_of({1})}),
       "the storage is missing or of the wrong kind"},
      {"storage without a size",
       rebuilt({tuple_of({pickled("storage")}) + "Q", pickled(0), shape_of({2}), shape_of({1})}),
       "the storage is incomplete"},
      {"storage of another kind",
       rebuilt(
           {tuple_of({pickled("x"), "N", "N", "N", "N"}) + "Q", pickled(0), shape_of({2}), shape_of({1})}),
       "its storage is no storage"},
      {"storage whose type is a text",
       rebuilt({tuple_of({pickled("storage"), pickled("torch.FloatStorage"), pickled("0"), "N", pickled(2)}) +
                    "Q",
                pickled(0), shape_of({2}), shape_of({1})}),
       "the storage's type is missing"},
      {"storage of dicts",
       rebuilt({tuple_of({pickled("storage"), global("collections", "OrderedDict"), pickled("0"), "N",
                          pickled(2)}) +
                    "Q",
                pickled(0), shape_of({2}), shape_of({1})}),
       "its storage is a collections.OrderedDict"},
      {"a part outside of its storage",
       rebuilt({tuple_of({pickled("storage"), global("torch", "FloatStorage"), pickled("0"), "N", pickled(2),
                          tuple_of({pickled("1"), pickled(1), pickled(2)})}) +
                    "Q",
                pickled(0), shape_of({2}), shape_of({1})}),
       "its part of the storage is outside"},
      {"tensor of nothing", rebuilt({}), "the tensor is incomplete"},
      {"shape that is a list", rebuilt({two, pickled(0), "]", shape_of({1})}), "a shape is missing"},
      {"extent that is a text", rebuilt({two, pickled(0), tuple_of({pickled("2")}), shape_of({1})}),
       "an extent is missing or of the wrong kind"},
      {"extent that is a fraction",
       rebuilt({two, pickled(0), tuple_of({std::string("G\x40\0\0\0\0\0\0\0", 9)}), shape_of({1})}),
       "an extent is missing"},
      {"parameter of a parameter",
       with_tensor(called(global("torch._utils", "_rebuild_parameter"),
                          {called(global("torch._utils", "_rebuild_parameter"), {good_tensor()})})),
       "it is no tensor"},
      {"parameter of a number",
       with_tensor(called(global("torch._utils", "_rebuild_parameter"), {pickled(1)})),
       "the parameter's tensor is missing"},
      {"call of a type", with_tensor(called(global("torch", "FloatStorage"), {})), "it is no tensor"},
      {"a name twice", dict_of({a, good_tensor(), a, good_tensor()}), "it is there twice"},
      {"names that become one",
       dict_of({pickled("b.denselayer1.norm1.a"), good_tensor(), pickled("b.denselayer1.norm.1.a"),
                good_tensor()}),
       "parameter 'b.denselayer1.norm1.a' is there twice"},
      {"a name that is a number", dict_of({pickled(1), good_tensor()}), "a tensor's name is no text"},
      {"no tensors", dict_of({pickled("epoch"), pickled(3), pickled("args"), "}"}),
       "it holds no tensors, but 'epoch', 'args'"},
      {"nothing", "}", "it holds no tensors"},
      {"a list", "]" + good_tensor() + "a", "it holds no dict of tensors"},
      {"a number", pickled(1), "it holds no dict of tensors"},
      {"itself under state_dict", "}q\x01(" + pickled("state_dict") + "h\x01u", "it holds no tensors"},
  };
  for (const Bad& bad : table) {
    CAPTURE(bad.what);
    const std::string message = place.refusal_of_zipped(bad.value);
    CAPTURE(message);
    CHECK(message.find(bad.expected) != std::string::npos);
    CHECK(message.starts_with("[" + place.path.string()));
  }
}

TEST_CASE("archives that are wrong are refused with what is wrong") {
  const Place place;
  const std::string good = pickle_of(dict_of({pickled("a"), good_tensor()}));
  const auto with = [&](const std::vector<Entry>& entries) {
    write_archive(place.path, entries);
    return refusal(place.path);
  };
  CHECK(with({{"net/readme", "x"}}).find("the ZIP has no 'data.pkl'") != std::string::npos);
  CHECK(with({{"data.pkl", good}}).find("the ZIP has no 'data.pkl'") != std::string::npos);
  CHECK(with({{"net/data.pkl", good}}).find("the ZIP has no 'data/0'") != std::string::npos);
  CHECK(with({{"a/data.pkl", good}, {"b/data.pkl", good}}).find("two files 'data.pkl'") != std::string::npos);
  CHECK(with({{"net/../data.pkl", good}}).find("is unfit") != std::string::npos);
  const auto with_more = [&](const Entry& more) {
    write_zipped(place.path, good, kTwoFloats, {more});
    return refusal(place.path);
  };
  CHECK(with_more({"net/constants.pkl", "x"}).find("a program of TorchScript") != std::string::npos);
  CHECK(with_more({"net/byteorder", "big"}).find("big-endian") != std::string::npos);
  CHECK(with_more({"net/byteorder", std::string(100, 'x')}).find("the limit is 16") != std::string::npos);
  CHECK(with_more({"net/byteorder", "little"}).empty());
  CHECK(with_more({.name = "net/link", .type = AE_IFLNK, .link = "../../data.pkl"}).find("symbolic link") !=
        std::string::npos);
}

TEST_CASE("legacy files that are wrong are refused with what is wrong") {
  const Place place;
  const std::string value = pickle_of(dict_of({pickled("a"), good_tensor()}));
  const std::string keys = pickle_of("]" + pickled("0") + "a"), storage = little_endian(2, 8) + kTwoFloats;
  const auto check = [&](const std::string& bytes, const std::string& expected) {
    const std::string message = place.refusal_of_bytes(bytes);
    CAPTURE(message);
    CHECK(message.find(expected) != std::string::npos);
    CHECK(message.empty() == expected.empty());
  };
  check(legacy_bytes(value, keys, storage), "");
  check(kLegacyMagic + pickle_of(pickled(1002)), "it is not of version 1001");
  check(kLegacyMagic + pickle_of("N"), "it is not of version 1001");
  check(kLegacyMagic + pickle_of(pickled(1001)) + pickle_of("N"), "what system wrote it is missing");
  check(kLegacyMagic + pickle_of(pickled(1001)) + pickle_of(dict_of({pickled("little_endian"), "\x89"})),
        "big-endian");
  check(legacy_bytes(value, pickle_of("N"), storage), "the list of its storages is missing");
  check(legacy_bytes(value, pickle_of("]Na"), storage), "a key of its storages is no text");
  check(legacy_bytes(value, pickle_of("]"), ""), "storage '0' is missing");
  check(legacy_bytes(value, pickle_of("]" + pickled("1") + "a"), storage),
        "storage '1' belongs to no tensor");
  check(legacy_bytes(value, pickle_of("](" + pickled("0") + pickled("0") + "e"), storage + storage),
        "there twice");
  check(legacy_bytes(value, keys, little_endian(3, 8) + kTwoFloats), "has 3 elements, its tensors say 2");
  check(legacy_bytes(value, keys, storage.substr(0, 15)), "it is truncated: 8 bytes are wanted");
  const int64_t huge = int64_t{1} << 60;
  check(legacy_bytes(
            pickle_of(dict_of({pickled("a"), tensor_of(storage_of("FloatStorage", huge), 0, {2}, {1})})),
            keys, little_endian(huge, 8)),
        "4611686018427387904 bytes are wanted");
}

TEST_CASE("parts of storages in legacy files are found") {
  const Place place;
  const std::string part =
      tuple_of({pickled("storage"), global("torch", "FloatStorage"), pickled("0"), pickled("cpu"), pickled(2),
                tuple_of({pickled("1"), pickled(1), pickled(1)})}) +
      "Q";
  const std::string value = pickle_of(dict_of({pickled("a"), tensor_of(part, 0, {1}, {1})}));
  write_bytes(place.path,
              legacy_bytes(value, pickle_of("]" + pickled("0") + "a"), little_endian(2, 8) + kTwoFloats));
  CHECK(read_weights(place.path).at("a").values == Floats{2});
}

TEST_CASE("every truncation is refused") {
  const Place place;
  for (const char* name : {"zipped.pth", "checkpoint_legacy.pth"}) {
    const std::string bytes = read_text_file(sample(name));
    for (size_t size = 0; size < bytes.size(); size += 7) {
      CAPTURE(size);
      CHECK_FALSE(place.refusal_of_bytes(bytes.substr(0, size)).empty());
    }
  }
}

TEST_CASE("files that are something else are refused") {
  const Place place;
  CHECK(refusal(place.path).find("there is no such file") != std::string::npos);
  CHECK(refusal(place.folder.path()).find("it is not a file") != std::string::npos);
  for (const std::string bytes :
       {"", "x", "<html>404", "\x80\x02}.", "PK", "version https://git-lfs.github.com/spec/v1"})
    CHECK(place.refusal_of_bytes(bytes).find("neither a state dict of PyTorch nor safetensors") !=
          std::string::npos);
  CHECK(place.refusal_of_bytes("PK\x03\x04garbage").find("truncated or damaged") != std::string::npos);
}

TEST_CASE("mutated files are read or refused") {
  const Place place;
  const auto read_bytes = [&](const std::string& bytes) {
    write_bytes(place.path, bytes);
    read_weights(place.path);
  };
  for (const auto& row : {std::pair("legacy.pth", 6000), std::pair("checkpoint_legacy.pth", 6000),
                          std::pair("zipped.pth", 3000)}) {
    const auto& [name, mutations] = row;
    CAPTURE(row.first);
    const int read_well = count_survivors(read_text_file(sample(name)), mutations, read_bytes);
    CHECK(read_well > 0);
    CHECK(read_well < mutations);
  }
}

}  // namespace
}  // namespace margay::weights
