// Names of models, and models that change while they are asked.
#include "margay/serve/model_store.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/runtime/runtime.h"
#include "tests/serve/color_server.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::serve;

namespace {

std::shared_ptr<ServedModel> load(const ModelSource& source) {
  return std::make_shared<ServedModel>(source.name, runtime::load_predictor(source.path, {.threads = 1}),
                                       BatchSettings{.max_delay = std::chrono::microseconds(0)});
}

}  // namespace

TEST_CASE("models are called as their runs or files are, or as they are told to be") {
  CHECK(read_model_source("runs/article").name == "article");
  CHECK(read_model_source("runs/article/").name == "article");
  CHECK(read_model_source("runs/article/model.safetensors").name == "article");
  CHECK(read_model_source("models/pets-2.safetensors").name == "pets-2");
  const ModelSource named = read_model_source("pets=runs/a=b");
  CHECK(named.name == "pets");
  CHECK(named.path == "runs/a=b");
  for (const char* bad : {"runs/two words", "a/b=", ".hidden"})
    CHECK_THROWS_AS(read_model_source(bad), UsageError);
}

TEST_CASE("a store needs models, each with its own name") {
  CHECK_THROWS_AS(ModelStore({}, load), UsageError);
  const test::TemporaryFolder folder;
  model::save_model(folder / "a.safetensors", test::color_model());
  CHECK_THROWS_WITH_AS(ModelStore({{"a", folder / "a.safetensors"}, {"a", folder / "a.safetensors"}}, load),
                       doctest::Contains("two models are called 'a'"), UsageError);
  CHECK_THROWS_AS(ModelStore({{"b", folder / "b.safetensors"}}, load), IoError);
}

TEST_CASE("a file that changes becomes another model, and one that is broken does not") {
  const test::TemporaryFolder folder;
  const auto path = folder / "a.safetensors";
  model::save_model(path, test::color_model());
  ModelStore store({{"a", path}}, load);
  CHECK(store.find("b") == nullptr);
  CHECK(store.reload_changed().empty());
  const auto before = store.find("a");

  model::save_model(path, test::color_model({"r", "g", "b"}));
  REQUIRE(store.reload_changed().size() == 1);
  CHECK(store.find("a")->classes()[0] == "r");
  CHECK(before->classes()[0] == "red");  // whoever has begun with it goes on with it
  CHECK(store.reload_changed().empty());

  write_file_atomically(path, std::string_view("no model"));
  const auto failed = store.reload_changed();
  REQUIRE(failed.size() == 1);
  CHECK_FALSE(failed[0].error.empty());
  CHECK(store.find("a")->classes()[0] == "r");
  CHECK(store.reload_changed().empty());  // said once

  std::filesystem::remove(path);
  CHECK(store.reload_changed().empty());
  model::save_model(path, test::color_model());
  REQUIRE(store.reload_changed().size() == 1);
  CHECK(store.find("a")->classes()[0] == "red");
  CHECK(store.reload_all().size() == 1);
}
