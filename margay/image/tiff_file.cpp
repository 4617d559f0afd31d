// libtiff reads from memory here, and reports to one file's object, so that threads do not meet.
#include "margay/image/tiff_file.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "margay/core/error.h"

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.tiff";
constexpr tmsize_t kMostBytesAtOnce = tmsize_t{1} << 30;

}  // namespace

TiffFile::TiffFile(std::span<const uint8_t> bytes) : bytes_(bytes) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  require<Error>(options != nullptr, kWhere, "libtiff cannot start");
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(
      options.get(), [](TIFF*, void*, const char*, const char*, va_list) { return 1; }, nullptr);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMostBytesAtOnce);
  file_.reset(TIFFClientOpenExt(
      "", "rm", this, read_bytes, [](thandle_t, void*, tmsize_t) -> tmsize_t { return -1; }, seek,
      [](thandle_t) { return 0; }, [](thandle_t handle) -> toff_t { return self(handle).bytes_.size(); },
      [](thandle_t, void**, toff_t*) { return 0; }, [](thandle_t, void*, toff_t) {}, options.get()));
  check(file_ != nullptr);
}

std::vector<uint8_t> TiffFile::profile() const {
  uint32_t size = 0;
  const uint8_t* data = nullptr;
  if (TIFFGetField(file_.get(), TIFFTAG_ICCPROFILE, &size, &data) == 0) return {};
  return {data, data + size};
}

std::vector<uint16_t> TiffFile::extra_samples() const {
  uint16_t count = 0;
  const uint16_t* kinds = nullptr;
  if (TIFFGetField(file_.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) == 0) return {};
  return {kinds, kinds + count};
}

void TiffFile::check(bool good) const {
  if (!good) throw FormatError(kWhere, message_.empty() ? "libtiff cannot read it" : message_);
}

/// The first complaint says what is wrong, those after it what follows from that.
int TiffFile::on_error(TIFF*, void* handle, const char*, const char* format, va_list arguments) {
  char text[256];
  std::vsnprintf(text, sizeof(text), format, arguments);
  // It puts the name of the file first, which has none here.
  const char* message = std::strncmp(text, ": ", 2) == 0 ? text + 2 : text;
  if (self(handle).message_.empty()) self(handle).message_ = message;
  return 1;
}

tmsize_t TiffFile::read_bytes(thandle_t handle, void* out, tmsize_t wanted) {
  TiffFile& file = self(handle);
  const size_t left = file.bytes_.size() - std::min<size_t>(file.at_, file.bytes_.size());
  const size_t count = std::min(static_cast<size_t>(wanted), left);
  if (count > 0) std::memcpy(out, file.bytes_.data() + file.at_, count);
  file.at_ += count;
  return static_cast<tmsize_t>(count);
}

toff_t TiffFile::seek(thandle_t handle, toff_t offset, int whence) {
  TiffFile& file = self(handle);
  const toff_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.at_ : file.bytes_.size();
  return file.at_ = from + offset;
}

}  // namespace margay::image
