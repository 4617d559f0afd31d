// Pictures that are missing are told apart from those that are broken.
#include "margay/data/skipped_file.h"

#include <doctest/doctest.h>

#include "margay/core/error.h"
#include "margay/data/decoded_cache.h"
#include "margay/data/inspection.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;

TEST_CASE("files that were left out are counted by what is the matter") {
  const SkippedFile missing{"a", "no such file", SkipCause::unreadable}, broken{"b", "torn"};
  CHECK(count_skipped({}).empty());
  CHECK(count_skipped(std::vector{broken, broken}) == "2 that do not decode");
  CHECK(count_skipped(std::vector{missing}) == "1 that is missing or cannot be read");
  CHECK(count_skipped(std::vector{missing, missing, broken}) ==
        "2 that are missing or cannot be read, 1 that does not decode");
  CHECK(describe_faults(std::vector{broken, broken}) == "do not decode");
  CHECK(describe_faults(std::vector{missing}) == "are missing or cannot be read");
  CHECK(describe_faults(std::vector{missing, broken}) ==
        "cannot be used (1 that is missing or cannot be read, 1 that does not decode)");
  CHECK(skip_cause(IoError("a", "b")) == SkipCause::unreadable);
  CHECK(skip_cause(FormatError("a", "b")) == SkipCause::broken);
}

TEST_CASE("a cache and an inspection know which pictures of a table are missing") {
  const test::TemporaryFolder folder;
  for (int i = 0; i < 2; ++i)
    test::write_picture(folder / (std::to_string(i) + ".png"),
                        test::noise_picture(8, 6, static_cast<uint64_t>(i)));
  test::write_text(folder / "torn.png", "torn");
  test::write_text(folder / "x.csv", "path,label\n0.png,a\n1.png,b\ngone.png,a\ntorn.png,b\n");
  const Dataset dataset = Dataset::open(folder / "x.csv");
  WorkerPool pool(2);
  const DecodedCache cache = DecodedCache::build(dataset.splits[0], test::small_spec(), pool);
  for (const std::vector<SkippedFile>& skipped : {cache.skipped(), inspect(dataset, pool).skipped}) {
    REQUIRE(skipped.size() == 2);
    for (const SkippedFile& file : skipped)
      CHECK((file.cause == SkipCause::unreadable) == (file.path.filename() == "gone.png"));
  }
}
