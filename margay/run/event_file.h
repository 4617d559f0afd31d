// The files that TensorBoard reads: records of events, each with its checksums.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace margay::run {

/// A number under a name such as "loss/train"; TensorBoard groups what has the same first part.
struct Scalar {
  std::string tag;
  double value = 0;  ///< stored as float32
};

/// An encoded picture with its size in pixels.
struct EncodedPicture {
  int width = 0;
  int height = 0;
  std::span<const uint8_t> png;
};

/// One event file that grows by whole records, so that a crash can only cut off the last one, which readers
/// leave out. Each call writes one record and throws IoError.
class EventFile {
 public:
  /// Makes a new file in `folder`, which must exist. Its name sorts after those of the event files there,
  /// because TensorBoard reads them in that order.
  explicit EventFile(const std::filesystem::path& folder);

  /// Says that the steps from `step` on are told again: TensorBoard forgets what earlier files of the folder
  /// tell of them.
  void restart_at(int64_t step);
  void add(int64_t step, std::span<const Scalar> scalars);
  void add(int64_t step, std::string_view tag, const EncodedPicture& picture);

  const std::filesystem::path& path() const { return path_; }

 private:
  void append(const std::string& event);

  std::filesystem::path path_;
};

/// By the beginning that TensorBoard looks for.
bool is_event_file(const std::string& name);

/// The event files of a folder in the order of their names; none where it cannot be read.
std::vector<std::filesystem::path> event_files_in(const std::filesystem::path& folder);

}  // namespace margay::run
