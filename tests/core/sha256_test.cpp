// SHA-256 against the vectors of FIPS 180-4.
#include "margay/core/sha256.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "tests/support/temporary_folder.h"

using namespace margay;

namespace {

std::string digest_of(std::string_view text) {
  return sha256_hex({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace

TEST_CASE("digests are those of the standard") {
  CHECK(digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(digest_of(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file has the digest of its bytes") {
  const margay::test::TemporaryFolder folder;
  const std::string text((3 << 20) + 17, 'x');
  write_file_atomically(folder / "file", std::string_view(text));
  CHECK(sha256_hex_of_file(folder / "file") == digest_of(text));
  write_file_atomically(folder / "empty", std::string_view());
  CHECK(sha256_hex_of_file(folder / "empty") == digest_of(""));
  CHECK_THROWS_AS(sha256_hex_of_file(folder / "absent"), IoError);
  CHECK_THROWS_AS(sha256_hex_of_file(folder.path()), IoError);
}
