// Layout: a header of one page, the pixels, then the index: lists one after the other, as long as the header
// says, and the notes. The header tells the sizes and the index's checksum.
#include "margay/data/packed_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <span>
#include <system_error>
#include <type_traits>

#include "margay/core/atomic_file.h"
#include "margay/core/byte_cursor.h"
#include "margay/core/error.h"
#include "margay/core/sha256.h"
#include "margay/image/decode.h"
#include "margay/image/preprocess_json.h"

namespace margay::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<char, 8> kMagic{'m', 'a', 'r', 'g', 'a', 'y', 'p', 'k'};
constexpr uint64_t kVersion = 3;
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

static_assert(sizeof(ContentHash) == 16 && std::is_trivially_copyable_v<ContentHash>);

template <class T>
void append(std::vector<uint8_t>& bytes, std::span<const T> values) {
  const auto* first = reinterpret_cast<const uint8_t*>(values.data());
  bytes.insert(bytes.end(), first, first + values.size_bytes());
}

std::vector<uint8_t> index_to_bytes(const PackedIndex& index) {
  std::vector<uint8_t> bytes;
  append<uint32_t>(bytes, index.kept);
  append<ContentHash>(bytes, index.contents);
  append<ContentHash>(bytes, index.checksums);
  for (const auto& [sample, note] : index.noted) {
    append<uint32_t>(bytes, std::array{sample, static_cast<uint32_t>(note.size())});
    append<char>(bytes, note);
  }
  return bytes;
}

template <class T>
std::vector<T> take_list(ByteCursor& cursor, uint64_t count) {
  if (count > cursor.left() / sizeof(T)) throw FormatError(cursor.where(), "it is truncated");
  std::vector<T> list(count);
  const auto bytes = cursor.take(count * sizeof(T));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<uint8_t*>(list.data()));
  return list;
}

/// Throws FormatError for what is no index of `kept` pictures.
PackedIndex index_from_bytes(std::span<const uint8_t> bytes, uint64_t kept) {
  ByteCursor cursor(bytes, "data.packed");
  PackedIndex index;
  index.kept = take_list<uint32_t>(cursor, kept);
  index.contents = take_list<ContentHash>(cursor, kept);
  index.checksums = take_list<ContentHash>(cursor, kept);
  while (cursor.left() > 0) {
    const auto sample = cursor.number<uint32_t>();
    index.noted.emplace_back(sample, cursor.text(cursor.number<uint32_t>()));
  }
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
bool fits(const PackedIndex& index, uint64_t pictures) {
  const auto is_sample = [&](const auto& entry) { return entry.first < pictures; };
  return std::is_sorted(index.kept.begin(), index.kept.end(), std::less_equal<>()) &&
         (index.kept.empty() || index.kept.back() < pictures) &&
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
      fmt::format("{} {}\n{}\n", kVersion, image::kDecoderVersion, image::to_json(spec.fitting()).dump());
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
  const size_t kept = (packed.file.bytes().size() - kPixelsAt - index->size()) / picture_bytes;
  packed.index = index_from_bytes(*index, kept);
  packed.pixels = packed.file.bytes().data() + kPixelsAt;
  if (!fits(packed.index, pictures) || !has_sound_pixels(packed, picture_bytes, pool)) return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // used now, see prune_packed
  return packed;
} catch (const FormatError&) {
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
    if (::truncate(temporary.c_str(), static_cast<off_t>(kPixelsAt + header.kept * picture_bytes)) != 0)
      throw io_error_from_errno("data.packed", fmt::format("cannot shorten {}", temporary.string()));
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
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (std::error_code gone; entry->path().extension() == kExtension && entry->path() != keep)
      files.push_back({entry->last_write_time(gone), entry->file_size(gone), entry->path()});
  std::sort(files.begin(), files.end(), [](const Found& a, const Found& b) { return a.used > b.used; });
  uint64_t sum = fs::exists(keep, error) ? fs::file_size(keep, error) : 0;
  for (const Found& file : files) {
    sum += file.bytes;
    if (sum > limit_bytes) fs::remove(file.path, error);
  }
}

}  // namespace margay::data
