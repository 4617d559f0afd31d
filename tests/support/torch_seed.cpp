// In C++ libtorch's generator begins anywhere. Every test case begins it alike, so that what fails fails
// again.
#include <ATen/ATen.h>
#include <doctest/doctest.h>

namespace {

struct TorchSeed : doctest::IReporter {
  explicit TorchSeed(const doctest::ContextOptions&) {}
  void test_case_start(const doctest::TestCaseData&) override { at::manual_seed(1); }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};

REGISTER_LISTENER("torch_seed", 1, TorchSeed);

}  // namespace
