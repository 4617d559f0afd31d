// What weights have learned from is known by one step back.
#include "margay/run/lineage.h"

#include <doctest/doctest.h>

#include "margay/core/atomic_file.h"
#include "margay/recipe/recipe.h"
#include "margay/run/run_config.h"
#include "tests/support/temporary_folder.h"

namespace margay::run {
namespace {

constexpr data::ContentHash kPicture{1, 1};

/// A run that has learned from one picture, and began with `weights`.
RunDirectory run_from(const std::filesystem::path& root, const std::string& weights) {
  const RunDirectory run = RunDirectory::create(root);
  recipe::Config config = recipe::load_recipe("article");
  config.network.weights = weights;
  write_config(run, config);
  write_file_atomically(run.manifest(),
                        "path,label,split,hash\n/d/1.jpg,cats,train," + data::to_hex(kPicture) + "\n");
  return run;
}

recipe::NetworkConfig begins_with(const std::string& weights) {
  recipe::NetworkConfig network;
  network.weights = weights;
  return network;
}

TEST_CASE("published weights and none have learned from no pictures of anybody's") {
  CHECK(learned_before(begins_with("")).empty());
  CHECK(learned_before(begins_with("imagenet")).empty());
}

TEST_CASE("weights of a run have learned from its pictures, whether the run or its model is named") {
  const test::TemporaryFolder folder;
  const RunDirectory base = run_from(folder / "base", "imagenet");
  write_file_atomically(base.model(), "");
  CHECK(knows_its_weights(base));
  for (const auto& name : {base.root, base.model()}) {
    const LearnedBefore before = learned_before(begins_with(name.string()));
    CHECK(before.contents == std::vector{kPicture});
    CHECK(before.unknown_weights.empty());
  }
}

TEST_CASE("a run that does not say what its own weights had learned from is unknown, and so is no run") {
  const test::TemporaryFolder folder;
  const RunDirectory base = run_from(folder / "base", "older/model.safetensors");
  CHECK_FALSE(knows_its_weights(base));
  CHECK(learned_before(begins_with(base.root.string())).unknown_weights == std::vector{base.root.string()});
  write_file_atomically(base.learned(), format_learned({}));
  CHECK(knows_its_weights(base));
  CHECK(learned_before(begins_with(base.root.string())).unknown_weights.empty());

  const std::string lost = (folder / "lost/model.safetensors").string();
  CHECK(learned_before(begins_with(lost)).unknown_weights == std::vector{lost});
}

}  // namespace
}  // namespace margay::run
