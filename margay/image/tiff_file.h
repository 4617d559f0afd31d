// A TIFF in memory, opened through libtiff, whose complaints become errors.
#pragma once

#include <tiffio.h>

#include <cstdarg>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace margay::image {

/// A TIFF that is open for reading at its first page. `bytes` must outlive it.
class TiffFile {
 public:
  /// Throws FormatError.
  explicit TiffFile(std::span<const uint8_t> bytes);
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  TIFF* get() const { return file_.get(); }

  /// The value of a tag, or what the standard says of files without it, or `otherwise`.
  template <class Value>
  Value field(uint32_t tag, Value otherwise) const {
    Value value{};
    return TIFFGetFieldDefaulted(file_.get(), tag, &value) != 0 ? value : otherwise;
  }

  std::vector<uint8_t> profile() const;  ///< ICC; empty when there is none
  /// What the samples beyond the colours are, as the file says it: EXTRASAMPLE_*.
  std::vector<uint16_t> extra_samples() const;

  /// Throws FormatError with libtiff's first complaint unless `good`.
  void check(bool good) const;
  /// For functions of libtiff that write their complaint themselves.
  void complain(std::string message) { message_ = std::move(message); }

 private:
  struct Close {
    void operator()(TIFF* file) const { TIFFClose(file); }
  };
  static TiffFile& self(thandle_t handle) { return *static_cast<TiffFile*>(handle); }
  static int on_error(TIFF*, void* handle, const char*, const char* format, va_list arguments);
  static tmsize_t read_bytes(thandle_t handle, void* out, tmsize_t wanted);
  static toff_t seek(thandle_t handle, toff_t offset, int whence);

  std::span<const uint8_t> bytes_;
  toff_t at_ = 0;
  std::string message_;
  std::unique_ptr<TIFF, Close> file_;
};

}  // namespace margay::image
