// What a split by content promises: the share of each class, and that pictures keep their side.
#include "margay/data/content_split.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "margay/core/error.h"
#include "margay/core/random.h"
#include "tests/data/archived_folder.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
using margay::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

/// Made pictures: a content each, and a label each.
struct Pictures {
  std::vector<ContentHash> contents;
  std::vector<int32_t> labels;

  void add(uint64_t key, int32_t label) {
    Random random{hash_text("content"), key};
    contents.push_back({random.bits(), random.bits()});
    labels.push_back(label);
  }
  /// The contents that are held back, by class.
  std::map<int32_t, std::set<ContentHash>> held_back(double fraction) const {
    const std::vector<bool> chosen = choose_validation(contents, labels, fraction);
    std::map<int32_t, std::set<ContentHash>> found;
    for (size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i]) found[labels[i]].insert(contents[i]);
    return found;
  }
};

Pictures made(const std::vector<size_t>& counts, uint64_t first_key = 0) {
  Pictures pictures;
  for (size_t label = 0; label < counts.size(); ++label)
    for (size_t i = 0; i < counts[label]; ++i) pictures.add(first_key++, static_cast<int32_t>(label));
  return pictures;
}

size_t count_missing(const std::set<ContentHash>& from, const std::set<ContentHash>& in) {
  return static_cast<size_t>(
      std::count_if(from.begin(), from.end(), [&](const ContentHash& hash) { return !in.contains(hash); }));
}

std::set<std::string> names_of(const Dataset& dataset, std::string_view split) {
  std::set<std::string> names;
  const Split& found = dataset.split(split);
  for (size_t i = 0; i < found.samples.size(); ++i) names.insert(found.path(i).filename().string());
  return names;
}

/// root/{cats,dogs}/N.png of different pictures; N is different in the two.
void write_unsplit(const fs::path& root, int each) {
  for (int i = 0; i < 2 * each; ++i)
    test::write_picture(root / (i < each ? "cats" : "dogs") / (std::to_string(i) + ".png"),
                        test::noise_picture(12, 10, static_cast<uint64_t>(i)));
}

}  // namespace

TEST_CASE("every class gives its share") {
  const std::vector<size_t> counts{1, 2, 3, 10, 61, 1000};
  for (const double fraction : {0.01, 0.2, 0.5, 0.9, 0.99}) {
    auto held_back = made(counts).held_back(fraction);
    for (size_t label = 0; label < counts.size(); ++label) {
      const auto n = counts[label];
      const auto rounded = static_cast<size_t>(std::lround(fraction * static_cast<double>(n)));
      const size_t expected = n < 2 ? 0 : std::clamp<size_t>(rounded, 1, n - 1);
      CHECK(held_back[static_cast<int32_t>(label)].size() == expected);
    }
  }
  CHECK(made(counts).held_back(0).empty());
  CHECK(choose_validation({}, {}, 0.2).empty());
}

TEST_CASE("the choice depends on no order") {
  Pictures pictures = made({40, 7, 25});
  const auto expected = pictures.held_back(0.2);
  std::vector<size_t> order(pictures.labels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (uint64_t round = 0; round < 10; ++round) {
    Random random{round};
    random.shuffle(std::span(order));
    Pictures other;
    for (const size_t i : order)
      other.contents.push_back(pictures.contents[i]), other.labels.push_back(pictures.labels[i]);
    CHECK(other.held_back(0.2) == expected);
  }
}

TEST_CASE("pictures keep their side when others come but for a few at the boundary") {
  for (uint64_t round = 0; round < 20; ++round) {
    Pictures pictures = made({200, 200}, 10'000 * round);
    const auto before = pictures.held_back(0.2);
    Pictures added = pictures;
    for (uint64_t i = 0; i < 20; ++i) added.add(10'000 * round + 5000 + i, 0);
    auto after = added.held_back(0.2);
    // 44 of 220 instead of 40 of 200: the old ones move only as far as the newcomers shift the boundary.
    CHECK(after[0].size() == 44);
    const size_t left = count_missing(before.at(0), after[0]);
    const size_t joined = count_missing(after[0], before.at(0));
    CHECK((left == 0 || joined == 4 + left));
    CHECK(left <= 20);
    CHECK(after[1] == before.at(1));  // the other class does not notice
  }
}

TEST_CASE("one more picture moves at most one other") {
  for (uint64_t key = 0; key < 200; ++key) {
    Pictures pictures = made({50, 50});
    const auto before = pictures.held_back(0.2);
    pictures.add(1000 + key, 0);
    auto after = pictures.held_back(0.2);
    CHECK(count_missing(before.at(0), after[0]) <= 1);
  }
}

TEST_CASE("copies are on one side even under another label") {
  Pictures pictures = made({30, 30, 30});
  for (size_t i = 0; i < 90; i += 3) {
    pictures.contents.push_back(pictures.contents[i]);
    pictures.labels.push_back(static_cast<int32_t>(i / 10 % 3));
  }
  const std::vector<bool> chosen = choose_validation(pictures.contents, pictures.labels, 0.3);
  std::map<ContentHash, bool> side;
  for (size_t i = 0; i < chosen.size(); ++i)
    CHECK(side.emplace(pictures.contents[i], chosen[i]).first->second == chosen[i]);
}

TEST_CASE("a folder is split the same in an archive and for any number of workers and after renaming") {
  const TemporaryFolder folder;
  write_unsplit(folder / "pets", 20);
  test::archive_folder(folder / "pets", folder / "pets.zip", test::ArchiveKind::zip);
  WorkerPool one(1), eight(8);
  const Dataset split = split_by_content(Dataset::open(folder / "pets"), std::nullopt, one);
  CHECK(split.split("train").samples.size() == 32);
  CHECK(split.split("validation").samples.size() == 8);
  CHECK(split.layout.find("20 % of each class held back") != std::string::npos);
  CHECK(split.warnings.empty());
  const auto held_back = names_of(split, "validation");
  CHECK(names_of(split_by_content(Dataset::open(folder / "pets"), 0.2, eight), "validation") == held_back);
  CHECK(names_of(split_by_content(Dataset::open(folder / "pets.zip"), 0.2, eight), "validation") ==
        held_back);
  for (const char* name : {"cats", "dogs"})
    for (const auto& file :
         std::vector<fs::directory_entry>(fs::directory_iterator(folder / "pets" / name), {}))
      fs::rename(file.path(), file.path().parent_path() / ("z" + file.path().filename().string()));
  std::set<std::string> renamed;
  for (const std::string& name : held_back) renamed.insert("z" + name);
  CHECK(names_of(split_by_content(Dataset::open(folder / "pets"), 0.2, one), "validation") == renamed);
}

TEST_CASE("what is split and what is asked for go together") {
  const TemporaryFolder folder;
  WorkerPool pool(2);
  test::write_pets(folder / "split", 5, 2);
  const Dataset split = Dataset::open(folder / "split");
  CHECK(split_by_content(split, std::nullopt, pool).split("validation").samples.size() == 4);
  CHECK_THROWS_WITH_AS(split_by_content(split, 0.2, pool),
                       doctest::Contains("has a validation split already"), UsageError);
  fs::remove_all(folder / "split/validation");
  const Dataset lone = Dataset::open(folder / "split");
  CHECK_FALSE(split_by_content(lone, std::nullopt, pool).has_split("validation"));
  const Dataset held_back = split_by_content(lone, 0.4, pool);
  CHECK(held_back.split("train").samples.size() == 6);
  CHECK(held_back.split("validation").samples.size() == 4);
  CHECK(held_back.warnings.empty());

  write_unsplit(folder / "pets", 3);
  const Dataset all = split_by_content(Dataset::open(folder / "pets"), 0, pool);
  CHECK(all.split("train").samples.size() == 6);
  CHECK(all.warnings == std::vector<std::string>{kNoValidation});
  for (const double share : {-0.1, 1.0, 2.0})
    CHECK_THROWS_AS(split_by_content(Dataset::open(folder / "pets"), share, pool), UsageError);
}

TEST_CASE("where no class can hold a picture back that is said and no share is claimed") {
  const TemporaryFolder folder;
  WorkerPool pool(1);
  write_unsplit(folder.path(), 1);
  const Dataset split = split_by_content(Dataset::open(folder.path()), 0.2, pool);
  CHECK(split.holds_none_back);
  CHECK_FALSE(split.has_split("validation"));
  CHECK(split.layout.find("held back") == std::string::npos);
  CHECK(split.warnings.back() == kNoValidation);
}

TEST_CASE("a class of copies is warned about and what cannot be read stays in train") {
  const TemporaryFolder folder;
  write_unsplit(folder.path(), 5);
  for (int i = 0; i < 3; ++i)
    test::write_picture(folder / "mice" / (std::to_string(i) + ".png"), test::noise_picture(4, 4, 1));
  const Dataset dataset = Dataset::open(folder.path());
  fs::remove(folder / "cats/0.png");
  WorkerPool pool(2);
  const Dataset split = split_by_content(dataset, 0.2, pool);
  CHECK(names_of(split, "train").contains("0.png"));
  CHECK(split.split("validation").samples.size() == 2);
  REQUIRE(split.warnings.size() == 1);
  CHECK(split.warnings[0].find("'mice' has too few different pictures") != std::string::npos);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(split_by_content(dataset, 0.2, pool, {}, stop.get_token()), Interrupted);
}

TEST_CASE("another seed holds other pictures back and each holds the same again") {
  const TemporaryFolder folder;
  for (int i = 0; i < 40; ++i)
    test::write_picture(folder / (i % 2 == 0 ? "cats" : "dogs") / (std::to_string(i) + ".png"),
                        test::noise_picture(6, 6, static_cast<uint64_t>(i) + 1));
  WorkerPool pool(2);
  const auto held_back = [&](uint64_t seed) {
    return names_of(split_by_content(Dataset::open(folder.path()), 0.25, pool, {}, {}, seed), "validation");
  };
  CHECK(held_back(0) == names_of(split_by_content(Dataset::open(folder.path()), 0.25, pool), "validation"));
  CHECK(held_back(1) != held_back(0));
  CHECK(held_back(2) != held_back(1));
  CHECK(held_back(1) == held_back(1));
  CHECK(held_back(1).size() == 10);
  test::write_pets(folder / "split", 2, 1);
  CHECK_THROWS_WITH_AS(split_by_content(Dataset::open(folder / "split"), std::nullopt, pool, {}, {}, 1),
                       doctest::Contains("is split already"), UsageError);
}
