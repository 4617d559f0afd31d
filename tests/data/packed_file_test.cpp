// Packed files: the same pictures as in memory, made again whenever they cannot be trusted.
#include "margay/data/packed_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/data/decoded_cache.h"
#include "margay/data/loader.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
using namespace margay::data;
namespace fs = std::filesystem;
using margay::test::small_spec;
using margay::test::TemporaryFolder;
using margay::test::write_text;

namespace {

constexpr uint64_t kPictureBytes = 8 * 6 * 3;

/// Twelve pictures in two classes, one more that is broken, and a place for packed files.
struct Place {
  TemporaryFolder folder;
  WorkerPool pool{3};

  Place() {
    margay::test::write_pets(folder.path() / "pets", 6, 1);
    write_text(folder / "pets/train/cats/3b.jpg", "no picture");
  }
  Split split() const { return Dataset::open(folder / "pets").split("train"); }
  fs::path packed() const { return folder / "packed"; }
  fs::path file() const { return packed() / (packed_key(split(), small_spec()) + ".pack"); }
  DecodedCache build(uint64_t limit_bytes, const ProgressObserver& progress = {}) {
    return DecodedCache::build(split(), small_spec(), pool,
                               {.progress = progress, .limit_bytes = limit_bytes, .packed_folder = packed()});
  }
  /// Pictures that had to be decoded to build the cache.
  uint64_t count_decoded() {
    uint64_t decoded = 0;
    build(0, [&](const Progress& progress) { decoded = progress.done; });
    return decoded;
  }
};

bool same(const DecodedCache& a, const DecodedCache& b) {
  if (a.size() != b.size() || a.labels() != b.labels() || a.skipped().size() != b.skipped().size())
    return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!std::equal(a.picture(i).pixels, a.picture(i).pixels + kPictureBytes, b.picture(i).pixels) ||
        a.path(i) != b.path(i) || a.content(i) != b.content(i))
      return false;
  return true;
}

std::vector<uint8_t> epoch_pixels(const DecodedCache& cache, int workers) {
  WorkerPool pool(workers);
  Loader loader(cache, pool, {.batch_size = 5, .shuffle = true, .seed = 3});
  std::vector<uint8_t> pixels;
  loader.start(2);
  for (Batch batch; loader.next(batch);)
    pixels.insert(pixels.end(), batch.pixels.begin(), batch.pixels.end());
  return pixels;
}

}  // namespace

TEST_CASE("a packed cache has the same pictures and gives the same batches") {
  Place place;
  const DecodedCache heap = place.build(uint64_t{1} << 30);
  CHECK_FALSE(fs::exists(place.packed()));
  CHECK(heap.memory_bytes() == 12 * kPictureBytes);
  const DecodedCache packed = place.build(13 * kPictureBytes - 1);
  CHECK(fs::exists(place.file()));
  CHECK(packed.memory_bytes() == 0);
  CHECK(same(heap, packed));
  CHECK(packed.skipped().front().path.filename() == "3b.jpg");
  CHECK(packed.skipped().front().reason == heap.skipped().front().reason);
  for (const int workers : {1, 8}) CHECK(epoch_pixels(packed, workers) == epoch_pixels(heap, 1));
}

TEST_CASE("a packed file is used again and made again when a picture changes") {
  Place place;
  CHECK(place.count_decoded() == 13);
  CHECK(place.count_decoded() == 0);
  const DecodedCache before = place.build(0);
  CHECK(before.skipped().size() == 1);

  margay::test::write_picture(place.folder / "pets/train/dogs/2.png",
                              margay::test::noise_picture(30, 20, 99));
  CHECK(place.count_decoded() == 13);
  CHECK_FALSE(same(place.build(0), before));
  // Normalisation comes after the pixels.
  image::Preprocess centred = small_spec();
  centred.mean = {0.5, 0.5, 0.5};
  CHECK(packed_key(place.split(), centred) == packed_key(place.split(), small_spec()));
  centred.kernel = image::Kernel::lanczos;
  CHECK(packed_key(place.split(), centred) != packed_key(place.split(), small_spec()));
}

TEST_CASE("a packed file is made again when contents change behind size and time") {
  Place place;
  const fs::path one = place.folder / "pets/train/dogs/1.png", two = place.folder / "pets/train/dogs/2.png";
  const DecodedCache before = place.build(0);
  // As if the key had not changed: a file system need not tell of everything.
  const fs::path old = place.file();
  const std::vector<uint8_t> first = read_file(one), second = read_file(two);
  write_file_atomically(one, std::span<const uint8_t>(second));
  write_file_atomically(two, std::span<const uint8_t>(first));
  CHECK(place.file() != old);
  fs::rename(old, place.file());
  CHECK(place.count_decoded() == 13);
  const DecodedCache after = place.build(0);
  CHECK_FALSE(same(after, before));
  CHECK(same(after, place.build(uint64_t{1} << 30)));
}

TEST_CASE("a picture that could not be read is tried again") {
  Place place;
  const fs::path broken = place.folder / "pets/train/cats/3b.jpg";
  CHECK(place.build(0).size() == 12);
  const fs::path old = place.file();
  write_file_atomically(broken, std::span<const uint8_t>(read_file(place.folder / "pets/train/cats/1.png")));
  fs::rename(old, place.file());
  const DecodedCache mended = place.build(0);
  CHECK(mended.size() == 13);
  CHECK(mended.skipped().empty());
}

TEST_CASE("a key changes with the inode though size and time are those of before") {
  Place place;
  const std::string before = packed_key(place.split(), small_spec());
  const fs::path picture = place.folder / "pets/train/dogs/2.png";
  const auto time = fs::last_write_time(picture);
  write_file_atomically(picture, std::span<const uint8_t>(read_file(picture)));
  fs::last_write_time(picture, time);
  CHECK(packed_key(place.split(), small_spec()) != before);
}

TEST_CASE("a packed file that is damaged anywhere is made again") {
  Place place;
  const DecodedCache good = place.build(0);
  const std::vector<uint8_t> bytes = read_file(place.file());
  REQUIRE(bytes.size() > 4096 + 12 * kPictureBytes);
  const auto check_replaced = [&](std::span<const uint8_t> damaged) {
    write_file_atomically(place.file(), damaged);
    CHECK(place.count_decoded() == 13);
    CHECK(same(place.build(0), good));
  };
  for (const size_t length : {size_t{0}, size_t{1}, size_t{40}, size_t{4096}, size_t{5000}, bytes.size() - 1})
    check_replaced(std::span(bytes).first(length));
  // Magic, version, sizes, checksum of the index, pixels, index.
  for (const size_t at : {size_t{0}, size_t{8}, size_t{16}, size_t{24}, size_t{31}, size_t{32}, size_t{45},
                          size_t{4096}, size_t{4096 + 12 * kPictureBytes - 1}, bytes.size() - 5}) {
    CAPTURE(at);
    std::vector<uint8_t> damaged = bytes;
    damaged[at] ^= 0x40;
    check_replaced(damaged);
  }
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  check_replaced(longer);
}

TEST_CASE("an index that is made to harm is of no use, whatever its checksum") {
  Place place;
  const DecodedCache good = place.build(0);
  const std::vector<uint8_t> bytes = read_file(place.file());
  const size_t index_at = 4096 + 12 * kPictureBytes;
  REQUIRE(bytes.size() >= index_at);
  const std::string index(bytes.begin() + static_cast<std::ptrdiff_t>(index_at), bytes.end());
  const std::string far_sample("\xFF\xFF\xFF\x7F", 4), one("\x01\x00\x00\x00", 4);
  for (const std::string& evil :
       {std::string(4'000'000, '\x81'),  // a list in a list in a list, in CBOR
        std::string(), index.substr(0, 40), index + std::string(7, '\0'), far_sample + index.substr(4),
        index + far_sample + one + "x", index + std::string(4, '\0') + far_sample + "x"}) {
    CAPTURE(evil.size());
    std::vector<uint8_t> made(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(index_at));
    const uint64_t size = evil.size();
    std::memcpy(made.data() + 32, &size, sizeof size);
    const auto checksum = sha256(std::span(reinterpret_cast<const uint8_t*>(evil.data()), evil.size()));
    std::copy(checksum.begin(), checksum.end(), made.begin() + 40);
    made.insert(made.end(), evil.begin(), evil.end());
    write_file_atomically(place.file(), std::span<const uint8_t>(made));
    CHECK(place.count_decoded() == 13);
    CHECK(same(place.build(0), good));
  }
}

TEST_CASE("notes are read back as they were written") {
  const TemporaryFolder folder;
  WorkerPool pool(1);
  const std::vector<uint8_t> pixels(2 * kPictureBytes, 7);
  const ContentHash checksum = hash_content(std::span(pixels).first(kPictureBytes));
  const PackedIndex written{.kept = {0, 4},
                            .contents = {{1, 2}, {3, 4}},
                            .checksums = {checksum, checksum},
                            .skipped = {},
                            .noted = {{0, ""}, {4, "it ends early: \xFF"}}};
  write_packed(folder / "a.pack", kPictureBytes, 5, [&](uint8_t* to) {
    std::copy(pixels.begin(), pixels.end(), to);
    return written;
  });
  const auto read = open_packed(folder / "a.pack", kPictureBytes, 5, pool);
  REQUIRE(read);
  CHECK(read->index.kept == written.kept);
  CHECK(read->index.contents == written.contents);
  CHECK(read->index.checksums == written.checksums);
  CHECK(read->index.noted == written.noted);
  CHECK_FALSE(open_packed(folder / "a.pack", kPictureBytes, 4, pool));
}

TEST_CASE("a packed file that is stopped or cannot be made leaves nothing behind") {
  Place place;
  std::stop_source source;
  const ProgressObserver stop_soon = [&](const Progress& progress) {
    if (progress.done == 3) source.request_stop();
  };
  CHECK_THROWS_AS(DecodedCache::build(place.split(), small_spec(), place.pool,
                                      {.progress = stop_soon,
                                       .stop = source.get_token(),
                                       .limit_bytes = 0,
                                       .packed_folder = place.packed()}),
                  Interrupted);
  CHECK(fs::is_empty(place.packed()));
  write_text(place.folder / "taken");
  CHECK_THROWS_AS(DecodedCache::build(place.split(), small_spec(), place.pool,
                                      {.limit_bytes = 0, .packed_folder = place.folder / "taken"}),
                  IoError);
  // More than any disk has.
  CHECK_THROWS_AS(write_packed(place.packed() / "huge.pack", uint64_t{1} << 40, uint64_t{1} << 20,
                               [](uint8_t*) { return PackedIndex{}; }),
                  IoError);
  CHECK(fs::is_empty(place.packed()));
}

TEST_CASE("old packed files make room for new ones") {
  const TemporaryFolder folder;
  const auto write = [&](const char* name, int age_hours) {
    write_text(folder / name, std::string(100, 'x'));
    fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours(age_hours));
  };
  write("oldest.pack", 3);
  write("middle.pack", 2);
  write("new.pack", 0);
  write("other.txt", 9);
  prune_packed(folder.path(), 250, folder / "new.pack");
  CHECK_FALSE(fs::exists(folder / "oldest.pack"));
  CHECK(fs::exists(folder / "middle.pack"));
  CHECK(fs::exists(folder / "other.txt"));
  prune_packed(folder.path(), 10, folder / "new.pack");
  CHECK_FALSE(fs::exists(folder / "middle.pack"));
  CHECK(fs::exists(folder / "new.pack"));
}
