// A value that cannot be is blamed on what gave it.
#include "margay/recipe/changed_document.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/recipe/recipe.h"

namespace margay::recipe {
namespace {

void read(const char* changes, const std::vector<std::string>& changed) {
  Json document = load_document("article");
  merge_document(document, Json::parse(changes));
  read_changed(document, "my.toml", changed);
}

TEST_CASE("a setting of the command line is blamed on it, whoever finds the fault") {
  constexpr const char* kRate = R"({"optimizer": {"lr": -1}})";
  CHECK_THROWS_WITH_AS(read(kRate, {}), doctest::Contains("[my.toml] optimizer.lr"), UsageError);
  CHECK_THROWS_WITH_AS(read(kRate, {"optimizer.lr"}), doctest::Contains("[command line] optimizer.lr"),
                       UsageError);
  constexpr const char* kTurn = R"({"augment": {"transforms": "rotate=1e9"}})";
  CHECK_THROWS_WITH_AS(read(kTurn, {}), doctest::Contains("[my.toml] rotate=1"), UsageError);
  CHECK_THROWS_WITH_AS(read(kTurn, {"augment.transforms"}),
                       doctest::Contains("[my.toml with what the command line changes] rotate=1"),
                       UsageError);
}

}  // namespace
}  // namespace margay::recipe
