// Writes TensorFlow's Event messages in the wire format of Protocol Buffers, framed as TFRecords. The numbers
// are those of TensorFlow's event.proto and summary.proto.
#include "margay/run/event_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <concepts>
#include <system_error>

#include "margay/core/atomic_file.h"
#include "margay/core/crc32c.h"

namespace margay::run {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = "events.out.tfevents.";
constexpr std::string_view kVersion = "brain.Event:2";
constexpr int kSessionStart = 1, kColourRgb = 3;

/// Little-endian whatever the machine.
template <std::unsigned_integral Word>
std::string bytes_of(Word word) {
  std::string bytes;
  for (size_t i = 0; i < sizeof word; ++i) bytes += static_cast<char>(word >> (8 * i));
  return bytes;
}

/// A protobuf message that is put together field by field.
class Message {
 public:
  Message& integer(int field, int64_t value) {
    key(field, 0);
    varint(static_cast<uint64_t>(value));
    return *this;
  }
  Message& real(int field, double value) {
    key(field, 1);
    bytes_ += bytes_of(std::bit_cast<uint64_t>(value));
    return *this;
  }
  Message& real32(int field, float value) {
    key(field, 5);
    bytes_ += bytes_of(std::bit_cast<uint32_t>(value));
    return *this;
  }
  /// Text, bytes or a message.
  Message& text(int field, std::string_view bytes) {
    key(field, 2);
    varint(bytes.size());
    bytes_ += bytes;
    return *this;
  }
  Message& message(int field, const Message& inner) { return text(field, inner.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int wire_type) { varint(static_cast<uint64_t>(field << 3 | wire_type)); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

double unix_time_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Message event() {
  return Message().real(1, unix_time_s());
}

Message event(int64_t step) {
  return event().integer(2, step);
}

/// TFRecord's checksum: rotated and shifted, so that a checksum of data with checksums in it is no fixed
/// point.
std::string masked_crc(std::string_view bytes) {
  return bytes_of(std::rotr(crc32c(bytes), 15) + 0xA282EAD8u);
}

std::string record_of(const std::string& event) {
  const std::string length = bytes_of(uint64_t{event.size()});
  return length + masked_crc(length) + event + masked_crc(event);
}

/// The time in the name of an event file; 0 where it has none.
int64_t seconds_in(const std::string& name) {
  int64_t seconds = 0;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), seconds);
  return seconds;
}

std::string host_name() {
  char name[256] = "localhost";
  ::gethostname(name, sizeof name - 1);
  return name;
}

fs::path next_path(const fs::path& folder) {
  auto seconds = static_cast<int64_t>(unix_time_s());
  for (const fs::path& file : event_files_in(folder))
    seconds = std::max(seconds, seconds_in(file.filename().string()) + 1);
  return folder / fmt::format("{}{:010}.{}.{}", kPrefix, seconds, host_name(), ::getpid());
}

}  // namespace

EventFile::EventFile(const fs::path& folder) : path_(next_path(folder)) {
  write_file_atomically(path_, record_of(event().text(3, kVersion).bytes()));
}

void EventFile::append(const std::string& event) {
  const std::string record = record_of(event);
  append_to_file(path_, {reinterpret_cast<const uint8_t*>(record.data()), record.size()});
}

void EventFile::restart_at(int64_t step) {
  append(event(step).message(7, Message().integer(1, kSessionStart)).bytes());
}

void EventFile::add(int64_t step, std::span<const Scalar> scalars) {
  Message summary;
  for (const Scalar& scalar : scalars)
    summary.message(1, Message().text(1, scalar.tag).real32(2, static_cast<float>(scalar.value)));
  append(event(step).message(5, summary).bytes());
}

void EventFile::add(int64_t step, std::string_view tag, const EncodedPicture& picture) {
  const std::string_view png(reinterpret_cast<const char*>(picture.png.data()), picture.png.size());
  const Message image =
      Message().integer(1, picture.height).integer(2, picture.width).integer(3, kColourRgb).text(4, png);
  append(event(step).message(5, Message().message(1, Message().text(1, tag).message(4, image))).bytes());
}

bool is_event_file(const std::string& name) {
  return name.starts_with(kPrefix);
}

std::vector<fs::path> event_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code unreadable;
  for (fs::directory_iterator entry(folder, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable))
    if (is_event_file(entry->path().filename().string())) files.push_back(entry->path());
  std::ranges::sort(files);
  return files;
}

}  // namespace margay::run
