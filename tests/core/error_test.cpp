// How messages are composed, what the kinds of errors carry, and which name is near another.
#include "margay/core/error.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "margay/core/bare_reason.h"

using namespace margay;

TEST_CASE("messages say where and what and give a hint") {
  CHECK(std::string(Error("data.cache", "4 bytes, header says 8", "delete it").what()) ==
        "[data.cache] 4 bytes, header says 8. Hint: delete it");
  CHECK(std::string(Error("data.cache", "Broken.", "delete it").what()) ==
        "[data.cache] Broken. Hint: delete it");
  CHECK(std::string(Error("data.cache", "4 bytes").what()) == "[data.cache] 4 bytes");
  CHECK(std::string(Error("data.cache", "is it there?", "look").what()) ==
        "[data.cache] is it there? Hint: look");
  CHECK(std::string(Error("train", "broken:\n  a.jpg\n", "mend it").what()) ==
        "[train] broken:\n  a.jpg\nHint: mend it");
}

TEST_CASE("every kind of error has its own exit code and none is 0") {
  std::vector<std::unique_ptr<Error>> errors;
  errors.push_back(std::make_unique<Error>("a", "b"));
  errors.push_back(std::make_unique<UsageError>("a", "b"));
  errors.push_back(std::make_unique<DataError>("a", "b"));
  errors.push_back(std::make_unique<FormatError>("a", "b"));
  errors.push_back(std::make_unique<ModelError>("a", "b"));
  errors.push_back(std::make_unique<IoError>("a", "b"));
  errors.push_back(std::make_unique<Interrupted>("a", "b"));
  std::set<int> codes;
  for (const auto& error : errors) {
    codes.insert(error->exit_code());
    CHECK(error->http_status() >= 400);
    CHECK(error->http_status() < 600);
  }
  CHECK(codes.size() == errors.size());
  CHECK_FALSE(codes.contains(0));
}

TEST_CASE("require throws the chosen error only when it must") {
  CHECK_NOTHROW(require(true, "here", "wrong"));
  CHECK_THROWS_AS(require(false, "here", "wrong"), UsageError);
  CHECK_THROWS_WITH_AS(require<ModelError>(false, "here", "wrong", "try"), "[here] wrong. Hint: try",
                       ModelError);
}

TEST_CASE("errors of the system end with its reason") {
  errno = ENOENT;
  CHECK(std::string(io_error_from_errno("here", "cannot open x").what()) ==
        "[here] cannot open x: No such file or directory");
}

TEST_CASE("edit distance counts single changes") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
  CHECK(edit_distance("flaw", "lawn") == 2);
  CHECK(edit_distance("gte", "get") == 1);  // a slip of the fingers
  CHECK(edit_distance("abcd", "badc") == 2);
  CHECK(edit_distance("ca", "abc") == 3);  // no letter is changed twice
}

TEST_CASE("the nearest name is found and far names are not offered") {
  const std::vector<std::string> names{"train", "validation", "test"};
  CHECK(nearest_name("trian", names) == "train");
  CHECK(nearest_name("validaton", names) == "validation");
  CHECK(nearest_name("xylophone", names).empty());
  CHECK(nearest_name("", names).empty());
  CHECK(nearest_name("train", std::vector<std::string>{}).empty());
  CHECK(nearest_name("tset", names) == "test");
  CHECK(hint_for_name("trian", names) == "did you mean 'train'?");
  CHECK(hint_for_name("xylophone", names) == "known are train, validation, test");
  CHECK(hint_for_name("xylophone", names, "") == "");
}

TEST_CASE("an error inside another one leaves its place and its hint behind") {
  CHECK(bare_reason(DataError("data", "no such folder", "look again")) == "no such folder");
  CHECK(bare_reason(DataError("data", "is it there?", "look again")) == "is it there?");
  CHECK(bare_reason(DataError("data", "two files:\n  a\n  b\n", "look again")) == "two files:\n  a\n  b");
  CHECK(bare_reason(std::runtime_error("no place at all")) == "no place at all");
  CHECK(hint_of(DataError("data", "no such folder", "look again")) == "look again");
  CHECK(hint_of(DataError("data", "two files:\n  a\n  b\n", "look again")) == "look again");
  CHECK(hint_of(DataError("data", "no such folder")).empty());
}
