// Decodes HEIC and AVIF through libheif, which is loaded when the first such picture comes: linked, it would
// cost every start of a program 7 ms.
#include "margay/core/error.h"
#include "margay/image/codec.h"

#if MARGAY_HEIF
#include <dlfcn.h>
#include <libheif/heif.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "margay/image/quiet_thread.h"
#endif

namespace margay::image {
namespace {

constexpr const char* kWhere = "image.heif";

bool has_brand(std::span<const uint8_t> bytes, std::initializer_list<std::string_view> brands) {
  if (!has_text(bytes, 4, "ftyp")) return false;
  for (const std::string_view brand : brands)
    if (has_text(bytes, 8, brand)) return true;
  return false;
}

bool recognizes_heif(std::span<const uint8_t> bytes) {
  return has_brand(bytes, {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"});
}

bool recognizes_avif(std::span<const uint8_t> bytes) {
  return has_brand(bytes, {"avif", "avis"});
}

#if MARGAY_HEIF

/// The functions of libheif that are used here.
struct Library {
#define MARGAY_HEIF_FUNCTION(name) decltype(&heif_##name) name = nullptr
  MARGAY_HEIF_FUNCTION(context_alloc);
  MARGAY_HEIF_FUNCTION(context_free);
  MARGAY_HEIF_FUNCTION(context_set_max_decoding_threads);
  MARGAY_HEIF_FUNCTION(context_read_from_memory_without_copy);
  MARGAY_HEIF_FUNCTION(context_get_primary_image_handle);
  MARGAY_HEIF_FUNCTION(image_handle_release);
  MARGAY_HEIF_FUNCTION(image_handle_get_width);
  MARGAY_HEIF_FUNCTION(image_handle_get_height);
  MARGAY_HEIF_FUNCTION(image_handle_has_alpha_channel);
  MARGAY_HEIF_FUNCTION(image_handle_is_premultiplied_alpha);
  MARGAY_HEIF_FUNCTION(image_handle_get_raw_color_profile_size);
  MARGAY_HEIF_FUNCTION(image_handle_get_raw_color_profile);
  MARGAY_HEIF_FUNCTION(decode_image);
  MARGAY_HEIF_FUNCTION(image_get_width);
  MARGAY_HEIF_FUNCTION(image_get_height);
  MARGAY_HEIF_FUNCTION(image_get_plane_readonly);
  MARGAY_HEIF_FUNCTION(image_release);
#undef MARGAY_HEIF_FUNCTION

  /// True when all functions were found.
  bool load() {
    void* const library = dlopen("libheif.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return false;
    bool complete = true;
    const auto find = [&](auto& function, const char* name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
      complete = complete && function != nullptr;
    };
#define MARGAY_HEIF_FIND(name) find(name, "heif_" #name)
    MARGAY_HEIF_FIND(context_alloc);
    MARGAY_HEIF_FIND(context_free);
    MARGAY_HEIF_FIND(context_set_max_decoding_threads);
    MARGAY_HEIF_FIND(context_read_from_memory_without_copy);
    MARGAY_HEIF_FIND(context_get_primary_image_handle);
    MARGAY_HEIF_FIND(image_handle_release);
    MARGAY_HEIF_FIND(image_handle_get_width);
    MARGAY_HEIF_FIND(image_handle_get_height);
    MARGAY_HEIF_FIND(image_handle_has_alpha_channel);
    MARGAY_HEIF_FIND(image_handle_is_premultiplied_alpha);
    MARGAY_HEIF_FIND(image_handle_get_raw_color_profile_size);
    MARGAY_HEIF_FIND(image_handle_get_raw_color_profile);
    MARGAY_HEIF_FIND(decode_image);
    MARGAY_HEIF_FIND(image_get_width);
    MARGAY_HEIF_FIND(image_get_height);
    MARGAY_HEIF_FIND(image_get_plane_readonly);
    MARGAY_HEIF_FIND(image_release);
#undef MARGAY_HEIF_FIND
    return complete;
  }
};

/// Loaded once and kept.
const Library& heif() {
  static Library library;
  static const bool loaded = library.load();
  require<FormatError>(loaded, kWhere, "HEIF and AVIF are read by libheif, which is not installed here",
                       "install libheif1");
  return library;
}

void check(const heif_error& error) {
  if (error.code != heif_error_Ok)
    throw FormatError(kWhere, error.message != nullptr ? error.message : "libheif cannot read it");
}

/// The picture that a file shows first.
class Primary {
 public:
  explicit Primary(std::span<const uint8_t> bytes) : context_(heif().context_alloc(), heif().context_free) {
    require<Error>(context_ != nullptr, kWhere, "libheif cannot start");
    // The threads are margay's, which decode several pictures at a time.
    heif().context_set_max_decoding_threads(context_.get(), 0);
    check(heif().context_read_from_memory_without_copy(context_.get(), bytes.data(), bytes.size(), nullptr));
    heif_image_handle* handle = nullptr;
    check(heif().context_get_primary_image_handle(context_.get(), &handle));
    handle_ = {handle, heif().image_handle_release};
  }

  /// Turned and mirrored already, as the container asks for.
  int width() const { return heif().image_handle_get_width(handle_.get()); }
  int height() const { return heif().image_handle_get_height(handle_.get()); }

  std::vector<uint8_t> profile() const {
    std::vector<uint8_t> bytes(heif().image_handle_get_raw_color_profile_size(handle_.get()));
    if (!bytes.empty()) check(heif().image_handle_get_raw_color_profile(handle_.get(), bytes.data()));
    return bytes;
  }

  /// libheif gives colours as they are stored.
  AlphaMode alpha_mode() const {
    return heif().image_handle_is_premultiplied_alpha(handle_.get()) != 0 ? AlphaMode::premultiplied
                                                                          : AlphaMode::straight;
  }

  Image decode() const {
    const bool alpha = heif().image_handle_has_alpha_channel(handle_.get()) != 0;
    heif_image* decoded = nullptr;
    check(heif().decode_image(handle_.get(), &decoded, heif_colorspace_RGB,
                              alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, nullptr));
    const std::unique_ptr<heif_image, void (*)(const heif_image*)> owner(decoded, heif().image_release);
    const int columns = heif().image_get_width(decoded, heif_channel_interleaved);
    const int rows = heif().image_get_height(decoded, heif_channel_interleaved);
    require<FormatError>(
        columns == width() && rows == height(), kWhere,
        fmt::format("{} x {} pixels, the header says {} x {}", columns, rows, width(), height()));
    int stride = 0;
    const uint8_t* plane = heif().image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
    const size_t row_bytes = static_cast<size_t>(columns) * (alpha ? 4 : 3);
    std::vector<uint8_t> pixels(row_bytes * rows);
    for (int y = 0; y < rows; ++y)
      std::memcpy(pixels.data() + y * row_bytes, plane + static_cast<ptrdiff_t>(y) * stride, row_bytes);
    if (alpha) return over_white(pixels, columns, rows, alpha_mode());
    Image picture;
    picture.width = columns, picture.height = rows, picture.pixels = std::move(pixels);
    return picture;
  }

 private:
  std::unique_ptr<heif_context, void (*)(heif_context*)> context_;
  std::unique_ptr<heif_image_handle, void (*)(const heif_image_handle*)> handle_{nullptr, nullptr};
};

template <Format format>
PictureInfo probe(std::span<const uint8_t> bytes) {
  PictureInfo info{.format = format};
  on_quiet_thread([&] {
    const Primary primary(bytes);
    info.width = primary.width(), info.height = primary.height();
  });
  require<FormatError>(info.width > 0 && info.height > 0, kWhere, "the picture has no pixels");
  return info;
}

Stored decode_heif(std::span<const uint8_t> bytes, const PictureInfo&, const DecodeOptions&) {
  Stored stored;
  on_quiet_thread([&] {
    const Primary primary(bytes);
    stored.picture = primary.decode();
    stored.profile = primary.profile();
  });
  return stored;
}

#else

template <Format format>
PictureInfo probe(std::span<const uint8_t>) {
  throw FormatError(kWhere,
                    fmt::format("the bytes are {}, which this margay was built without: it needs libheif",
                                name_of(format)));
}

Stored decode_heif(std::span<const uint8_t> bytes, const PictureInfo&, const DecodeOptions&) {
  probe<Format::heif>(bytes);
  return {};
}

#endif

}  // namespace

const Codec kHeifCodec{Format::heif, "HEIF", "image/heif", recognizes_heif, probe<Format::heif>, decode_heif};
const Codec kAvifCodec{Format::avif, "AVIF", "image/avif", recognizes_avif, probe<Format::avif>, decode_heif};

}  // namespace margay::image
