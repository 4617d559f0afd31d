// One program at a time downloads a file; what is no other program is not called one.
#include "margay/fetch/download_lock.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay::fetch {
namespace {

TEST_CASE("a download that another program has is refused by its name, and free when that ends") {
  const test::TemporaryFolder folder;
  {
    const DownloadLock first(folder / "lock", "this data set");
    CHECK_THROWS_WITH_AS(DownloadLock(folder / "lock", "this data set"),
                         doctest::Contains("another margay is getting this data set right now"), IoError);
  }
  CHECK_NOTHROW(DownloadLock(folder / "lock", "this data set"));
}

TEST_CASE("a lock that cannot be made is not another program's") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(DownloadLock(folder / "missing" / "lock", "weights"),
                       doctest::Contains("cannot create"), IoError);
  std::filesystem::create_symlink(folder / "elsewhere", folder / "link");
  CHECK_THROWS_WITH_AS(DownloadLock(folder / "link", "weights"), doctest::Contains("cannot create"), IoError);
}

}  // namespace
}  // namespace margay::fetch
