// A lock is of the file that has the name, and failures are no locks of others.
#include "margay/core/file_lock.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "margay/core/atomic_file.h"
#include "margay/core/descriptor.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

namespace margay {
namespace {

TEST_CASE("a file that was replaced before it was locked is opened again") {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "file", link = folder / "link";
  write_file_atomically(path, std::string_view("old"));
  int opened = 0;
  const auto open = [&] {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (++opened == 1) write_file_atomically(path, std::string_view("new"));
    return descriptor;
  };
  const Descriptor first(open_locked(path, open).value());
  CHECK(opened == 2);
  CHECK(is_file_of(first.get(), path));
  CHECK_FALSE(open_locked(path, open).has_value());

  std::filesystem::create_symlink(path, link);
  CHECK(is_file_of(first.get(), link));
}

TEST_CASE("what cannot be locked is an error and not another program's") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "file", std::string_view("x"));
  const auto only_named = [&] { return ::open((folder / "file").c_str(), O_PATH | O_CLOEXEC); };
  CHECK_THROWS_WITH_AS(open_locked(folder / "file", only_named), doctest::Contains("cannot lock"), IoError);
}

}  // namespace
}  // namespace margay
