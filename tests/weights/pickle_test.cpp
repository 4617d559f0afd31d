// Pickles that are wrong, evil or endless.
#include "margay/weights/pickle.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/mutations.h"
#include "tests/weights/torch_place.h"

namespace margay::weights {
namespace {

namespace fs = std::filesystem;
using namespace test;

TEST_CASE("globals that are no tensors are refused by name and never run") {
  const Place place;
  const fs::path trace = place.folder / "trace";
  const std::string command = pickled("touch " + trace.string());
  for (const auto& row : std::vector<std::pair<std::string, std::string>>{{"os", "system"},
                                                                          {"posix", "system"},
                                                                          {"builtins", "eval"},
                                                                          {"subprocess", "Popen"},
                                                                          {"torch", "load"},
                                                                          {"torch.serialization", "load"},
                                                                          {"collections", "Counter"},
                                                                          {"", ""}}) {
    const auto& [module, name] = row;
    CAPTURE(row.second);
    const std::string evil = called(global(module, name), {command});
    const std::string modern = pickled(module) + pickled(name) + "\x93";
    for (const std::string& value : {evil, dict_of({pickled("a"), evil}), modern,
                                     dict_of({pickled("a"), good_tensor(), pickled("b"), evil})}) {
      CHECK(place.refusal_of_zipped(value).find("'" + module + "." + name + "'") != std::string::npos);
      CHECK(place.refusal_of_bytes(legacy_bytes(pickle_of(value), "", "")).find("nothing of it was run") !=
            std::string::npos);
    }
  }
  CHECK_FALSE(fs::exists(trace));
}

TEST_CASE("pickles that are wrong are refused with what is wrong") {
  const Place place;
  const std::string good = dict_of({pickled("a"), good_tensor()});
  const std::vector<Bad> table{
      {"empty", "", "it is truncated: 1 bytes are wanted at byte 0"},
      {"no end", "\x80\x02}", "it is truncated"},
      {"nothing on the stack", "\x80\x02.", "an operation without its operand"},
      {"protocol 0", "(dp0\n.", "opcode 0x70"},
      {"protocol 1", "\x80\x01}.", "pickle protocol 1, 2 to 5 are read"},
      {"protocol 6", "\x80\x06}.", "pickle protocol 6"},
      {"text beyond the end", "\x80\x02X\xFF\xFF\xFF\xFFx.", "4294967295 bytes are wanted"},
      {"number of 9 bytes",
       pickle_of("\x8A\x09"
                 "123456789"),
       "a number of 9 bytes"},
      {"entries for a list", pickle_of("](" + pickled("a") + "Nu"), "an entry for something that is no dict"},
      {"items for a dict", pickle_of("}Na"), "an item for something that is no list"},
      {"key without value", pickle_of("}(" + pickled("a") + "u"), "a key without its value"},
      {"mark twice ended", pickle_of("}(uu"), "the end of a list that never began"},
      {"dict before the mark of its entry", pickle_of("}(NNs"), "an operation without its operand"},
      {"dict before the mark", pickle_of("}(N(NNu"), "an entry for something that is no dict"},
      {"stack of a mark", pickle_of("N(\x86"), "an operation without its operands"},
      {"memo that is not there", pickle_of("h\x05"), "a reference to value 5"},
      {"far memo that is not there", pickle_of("j\xFF\xFF\xFF\xFF"), "a reference to value 4294967295"},
      {"memo of nothing", pickle_of("q\x01"), "an operation without its operand"},
      {"call of a text", pickle_of(pickled("f") + ")R"), "a call of something that is no function"},
      {"call without a tuple", pickle_of(global("torch", "FloatStorage") + "]R"),
       "whose arguments are no tuple"},
      {"OrderedDict of a number", pickle_of(called(global("collections", "OrderedDict"), {pickled(1)})),
       "an OrderedDict that is made of no list"},
      {"OrderedDict of numbers",
       pickle_of(called(global("collections", "OrderedDict"), {"]" + pickled(1) + "a"})),
       "an OrderedDict that is made of no pairs"},
      {"OrderedDict of singles", pickle_of(called(global("collections", "OrderedDict"), {"]]Naa"})),
       "an OrderedDict that is made of no pairs"},
      {"attributes of a number", pickle_of(pickled(1) + "}b"), "attributes of something that is no dict"},
      {"global of numbers", pickle_of(pickled(1) + pickled(2) + "\x93"), "a name that is no text"},
      {"global without an end",
       "\x80\x02"
       "ctorch",
       "it is truncated"},
      {"object of a class", pickle_of(global("torch", "FloatStorage") + ")\x81"), "opcode 0x81"},
      {"instance", "\x80\x02(ios\nsystem\n.", "opcode 0x69"},
      {"extension", pickle_of("\x82\x01"), "opcode 0x82"},
      {"persistent id of protocol 0", "\x80\x02Px\n.", "opcode 0x50"},
  };
  for (const Bad& bad : table) {
    CAPTURE(bad.what);
    write_zipped(place.path, bad.value);
    const std::string message = refusal(place.path);
    CAPTURE(message);
    CHECK(message.find(bad.expected) != std::string::npos);
  }
  write_zipped(place.path, pickle_of(good));
  CHECK(refusal(place.path).empty());
}

TEST_CASE("cycles and deep nesting and endless copies cost nothing") {
  const Place place;
  const std::string a = pickled("a"), self =
                                          "]q\x01h\x01"
                                          "aq\x02";
  write_zipped(place.path, pickle_of(dict_of({a, good_tensor(), pickled("loop"), self})));
  CHECK(read_weights(place.path).size() == 1);

  std::string deep = "N";
  for (int i = 0; i < 900'000; ++i) deep += '\x85';
  write_zipped(place.path, pickle_of(dict_of({a, good_tensor(), pickled("deep"), deep})));
  CHECK(read_weights(place.path).size() == 1);

  CHECK(place.refusal_of_zipped(std::string(1'000'000, '(')).find("lists nested more than 1,000 deep") !=
        std::string::npos);
  CHECK(
      place.refusal_of_zipped("N" + std::string(1'000'001, '\x94')).find("more than 1,000,000 references") !=
      std::string::npos);
  CHECK(place.refusal_of_zipped("(" + std::string(1'000'001, ']') + "t").find("more than 1,000,000 values") !=
        std::string::npos);

  std::string pairs = "](";
  for (int i = 0; i < 1000; ++i) pairs += "](NNe";
  std::string copies = "(" + pairs + "e\x85q\x01";
  for (int i = 0; i < 5000; ++i) copies += global("collections", "OrderedDict") + "h\x01R";
  CHECK(place.refusal_of_zipped(copies + "t").find("more than 1,000,000 values") != std::string::npos);

  std::string shared = "}(" + pickled("first") +
                       tensor_of(storage_of("FloatStorage", 1'000'000), 0, {1'000'000}, {1}) + "q\x01";
  for (int i = 0; i < 100; ++i) shared += pickled(std::to_string(i)) + "h\x01";
  write_zipped(place.path, pickle_of(shared + "u"), std::string(4'000'000, '\0'));
  CHECK(refusal(place.path).find("its tensors claim more than 67,108,864 bytes") != std::string::npos);
}

TEST_CASE("references to what is there cost no more than values do") {
  const Place place;
  const std::string far("Nr\x40\x42\x0F\x00", 6);  // place 1,000,000
  CHECK(place.refusal_of_zipped(far).find("more than 1,000,000 references") != std::string::npos);
  std::string again = "]q\x01";
  for (int i = 0; i <= 1'000'000; ++i)
    again +=
        "h\x01"
        "a";
  CHECK(place.refusal_of_zipped(again).find("more than 1,000,000 references") != std::string::npos);
}

TEST_CASE("a pickle that is longer than that of any state dict is given up") {
  const Place place;
  constexpr size_t kLimit = size_t{64} << 20;
  std::string text("X\x01\x00\x00\x04", 5);  // of one byte more
  text += std::string(kLimit + 1, 'x');
  std::string idle;  // what makes no values
  while (idle.size() <= kLimit) idle += "\x80\x02";
  for (const std::string& value : {text, idle}) {
    const std::string message = place.refusal_of_bytes(legacy_bytes(pickle_of(value), "", ""));
    CAPTURE(message);
    CHECK(message.find("more than 67,108,864 bytes") != std::string::npos);
  }
}

TEST_CASE("mutated pickles are read or refused") {
  const Place place;
  // The zipped form without the checksum, which finds most changes.
  const std::string value = pickle_of(dict_of({pickled("a"), good_tensor(), pickled("b"), good_tensor()}));
  const int read_well = count_survivors(value, 6000, [&](const std::string& bytes) {
    write_zipped(place.path, bytes);
    read_weights(place.path);
  });
  CHECK(read_well > 0);
  CHECK(read_well < 6000);
}

}  // namespace
}  // namespace margay::weights
