// The environment of a run says what a reader needs to judge its numbers.
#include "margay/run/environment.h"

#include <doctest/doctest.h>

#include <vector>

#include "margay/core/version.h"

namespace margay::run {
namespace {

TEST_CASE("the environment names program and machine and command") {
  const std::vector<std::string> command{"margay", "train", "my pictures"};
  const Json environment = describe_environment(command);
  CHECK(environment.at("margay") == kVersion);
  const auto commit = environment.at("commit").get<std::string>();
  CHECK((commit == "unknown" || commit.find_first_not_of("0123456789abcdef") >= 40));
  CHECK(environment.at("command") == Json({"margay", "train", "my pictures"}));
  CHECK(environment.at("usable_cpus") >= 1);
  CHECK(environment.at("memory_bytes") > 1 << 20);
  CHECK(environment.at("kernel").get<std::string>().starts_with("Linux "));
  CHECK(environment.at("date").get<std::string>().size() == 20);
  for (const char* key : {"compiler", "processor", "bf16", "avx512", "os"}) CHECK(environment.contains(key));
}

TEST_CASE("without a command line the command is an empty list") {
  CHECK(describe_environment().at("command") == Json::array());
}

}  // namespace
}  // namespace margay::run
