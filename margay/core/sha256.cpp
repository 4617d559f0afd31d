// SHA-256 through OpenSSL.
#include "margay/core/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

#include "margay/core/error.h"

namespace margay {
namespace {

/// An incremental digest.
class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    require<Error>(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1, "core.sha256",
                   "OpenSSL has no SHA-256");
  }
  void update(std::span<const uint8_t> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  }
  std::array<uint8_t, 32> finish() {
    std::array<uint8_t, 32> digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string hex_of(const std::array<uint8_t, 32>& digest) {
  std::string text;
  for (const uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

std::array<uint8_t, 32> sha256(std::span<const uint8_t> bytes) {
  Digest digest;
  digest.update(bytes);
  return digest.finish();
}

std::string sha256_hex(std::span<const uint8_t> bytes) {
  return hex_of(sha256(bytes));
}

std::string sha256_hex_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw io_error_from_errno("core.sha256", fmt::format("cannot open {}", path.string()));
  Digest digest;
  std::vector<char> block(1 << 20);
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
    digest.update({reinterpret_cast<const uint8_t*>(block.data()), static_cast<size_t>(file.gcount())});
  require<IoError>(file.eof(), "core.sha256", fmt::format("cannot read {}", path.string()));
  return hex_of(digest.finish());
}

}  // namespace margay
