// Layout: a header of one page, the pixels, then the index as CBOR. The header tells the sizes and the
// index's checksum.
#include "margay/data/packed_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <span>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/json.h"
#include "margay/core/sha256.h"
#include "margay/image/decode.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<char, 8> kMagic{'m', 'a', 'r', 'g', 'a', 'y', 'p', 'k'};
constexpr uint64_t kVersion = 2;
constexpr uint64_t kPixelsAt = 4096;  // a page, so that pictures begin on one
constexpr const char* kExtension = ".pack";

/// Little-endian, as every machine is that margay runs on.
struct Header {
  std::array<char, 8> magic = kMagic;
  uint64_t version = kVersion;
  uint64_t picture_bytes = 0;
  uint64_t kept = 0;
  uint64_t index_bytes = 0;
  std::array<uint8_t, 32> index_sha256{};
};
static_assert(sizeof(Header) <= kPixelsAt);

Json hashes_to_json(const std::vector<ContentHash>& hashes) {
  Json list = Json::array();
  for (const ContentHash& hash : hashes) list.push_back({hash.high, hash.low});
  return list;
}

std::vector<ContentHash> hashes_from_json(const Json& list) {
  std::vector<ContentHash> hashes;
  for (const Json& pair : list) hashes.push_back({pair.at(0).get<uint64_t>(), pair.at(1).get<uint64_t>()});
  return hashes;
}

/// Names of files need not be UTF-8, but notes are margay's own words.
std::vector<uint8_t> index_to_bytes(const PackedIndex& index) {
  return Json::to_cbor({{"kept", index.kept},
                        {"contents", hashes_to_json(index.contents)},
                        {"checksums", hashes_to_json(index.checksums)},
                        {"noted", index.noted}});
}

/// Throws Json::exception for what is no index.
PackedIndex index_from_bytes(std::span<const uint8_t> bytes) {
  const Json json = Json::from_cbor(bytes.begin(), bytes.end());
  PackedIndex index;
  json.at("kept").get_to(index.kept);
  index.contents = hashes_from_json(json.at("contents"));
  index.checksums = hashes_from_json(json.at("checksums"));
  json.at("noted").get_to(index.noted);
  return index;
}

/// The index's bytes, where header and file agree about their sizes.
std::optional<std::span<const uint8_t>> find_index(std::span<const uint8_t> file, uint64_t picture_bytes) {
  Header header;
  if (file.size() < kPixelsAt) return std::nullopt;
  std::memcpy(&header, file.data(), sizeof header);
  if (header.magic != kMagic || header.version != kVersion || header.picture_bytes != picture_bytes)
    return std::nullopt;
  const uint64_t rest = file.size() - kPixelsAt;
  if (header.kept > rest / picture_bytes || header.index_bytes != rest - header.kept * picture_bytes)
    return std::nullopt;
  const auto index = file.last(header.index_bytes);
  if (sha256(index) != header.index_sha256) return std::nullopt;
  return index;
}

/// Whether the index speaks of samples that there are.
bool fits(const PackedIndex& index, uint64_t kept, uint64_t pictures) {
  if (index.kept.size() != kept || index.contents.size() != kept || index.checksums.size() != kept)
    return false;
  const auto is_sample = [&](const auto& entry) { return entry.first < pictures; };
  return std::is_sorted(index.kept.begin(), index.kept.end(), std::less_equal<>()) &&
         (kept == 0 || index.kept.back() < pictures) &&
         std::all_of(index.noted.begin(), index.noted.end(), is_sample);
}

bool has_sound_pixels(const PackedFile& packed, uint64_t picture_bytes, WorkerPool& pool) {
  std::atomic<bool> sound{true};
  pool.parallel_for(packed.index.kept.size(), [&](size_t i) {
    if (hash_content({packed.pixels + i * picture_bytes, picture_bytes}) != packed.index.checksums[i])
      sound = false;
  });
  return sound;
}

}  // namespace

std::string packed_key(const Split& split, const image::Preprocess& spec) {
  std::string text =
      fmt::format("{} {}\n{}\n", kVersion, image::kDecoderVersion, spec.fitting().to_json().dump());
  for (const Sample& sample : split.samples) split.store->append_identity(sample.picture, text);
  return sha256_hex(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

std::optional<PackedFile> open_packed(const fs::path& path, uint64_t picture_bytes, uint64_t pictures,
                                      WorkerPool& pool) try {
  std::error_code unknown;
  if (!fs::is_regular_file(path, unknown) || fs::file_size(path, unknown) == 0) return std::nullopt;
  PackedFile packed{MappedFile::open(path), {}, nullptr};
  const auto index = find_index(packed.file.bytes(), picture_bytes);
  if (!index) return std::nullopt;
  packed.index = index_from_bytes(*index);
  packed.pixels = packed.file.bytes().data() + kPixelsAt;
  const size_t kept = (packed.file.bytes().size() - kPixelsAt - index->size()) / picture_bytes;
  if (!fits(packed.index, kept, pictures) || !has_sound_pixels(packed, picture_bytes, pool))
    return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // used now, see prune_packed
  return packed;
} catch (const Json::exception&) {
  return std::nullopt;
}

void write_packed(const fs::path& path, uint64_t picture_bytes, uint64_t pictures,
                  const std::function<PackedIndex(uint8_t* pixels)>& fill) {
  make_folder(path.parent_path());
  replace_file_atomically(path, [&](const fs::path& temporary) {
    Header header{.picture_bytes = picture_bytes};
    std::vector<uint8_t> index;
    {
      MappedFile file = MappedFile::create(temporary, kPixelsAt + pictures * picture_bytes);
      const PackedIndex filled = fill(file.writable_bytes().data() + kPixelsAt);
      index = index_to_bytes(filled);
      header.kept = filled.kept.size();
      header.index_bytes = index.size();
      header.index_sha256 = sha256(index);
      std::memcpy(file.writable_bytes().data(), &header, sizeof header);
    }
    fs::resize_file(temporary, kPixelsAt + header.kept * picture_bytes);
    append_to_file(temporary, index);
  });
}

void prune_packed(const fs::path& folder, uint64_t limit_bytes, const fs::path& keep) {
  struct Found {
    fs::file_time_type used;
    uint64_t bytes;
    fs::path path;
  };
  std::vector<Found> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == kExtension && entry.path() != keep)
      files.push_back({entry.last_write_time(error), entry.file_size(error), entry.path()});
  std::sort(files.begin(), files.end(), [](const Found& a, const Found& b) { return a.used > b.used; });
  uint64_t sum = fs::exists(keep, error) ? fs::file_size(keep, error) : 0;
  for (const Found& file : files) {
    sum += file.bytes;
    if (sum > limit_bytes) fs::remove(file.path, error);
  }
}

}  // namespace margay::data
