// State dicts that are written to a file and read again, and what is said of those that are wrong.
#pragma once

#include <filesystem>
#include <string>

#include "margay/core/error.h"
#include "margay/weights/read_weights.h"
#include "tests/support/temporary_folder.h"
#include "tests/weights/torch_bytes.h"

namespace margay::test {

inline std::string refusal(const std::filesystem::path& path) {
  try {
    weights::read_weights(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// One file after another in the same place.
struct Place {
  TemporaryFolder folder;
  std::filesystem::path path = folder / "net.pth";

  std::string refusal_of_zipped(const std::string& value) const {
    write_zipped(path, pickle_of(value));
    return refusal(path);
  }
  std::string refusal_of_bytes(const std::string& bytes) const {
    write_bytes(path, bytes);
    return refusal(path);
  }
};

/// A row of a table of wrong files.
struct Bad {
  std::string what;
  std::string value;
  std::string expected;
};

}  // namespace margay::test
