// A file that is written for the first time.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "margay/core/descriptor.h"

namespace margay {

/// What whoever fills a temporary file writes into. The file is made here: one that is there already, or a
/// link that somebody put in its place, is refused. Not copied, not moved.
class NewFile {
 public:
  /// Errors name `told`, whose place the file is to take. Throws IoError.
  NewFile(const std::filesystem::path& path, std::filesystem::path told);

  /// Small pieces are collected. Throws IoError.
  void write(std::string_view bytes);
  /// Everything is in the file after this, and not before. Throws IoError.
  void finish();

 private:
  std::filesystem::path told_;
  Descriptor file_;
  std::string collected_;
};

/// Writes all of `bytes` to a file that is open; `told` is its name in errors. Throws IoError.
void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& told);

}  // namespace margay
