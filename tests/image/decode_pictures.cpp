// Decodes every file of a folder for reference_test.py: x becomes x.ppm, or x.refused with the reason; notes
// go to x.note.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/image/decode.h"

namespace {

void decode_beside(const std::filesystem::path& path) {
  const std::string name = path.string();
  try {
    const margay::image::Decoded decoded = margay::image::decode_with_facts(margay::read_file(path));
    std::string ppm = "P6\n" + std::to_string(decoded.picture.width) + " " +
                      std::to_string(decoded.picture.height) + "\n255\n";
    ppm.append(decoded.picture.pixels.begin(), decoded.picture.pixels.end());
    std::ofstream(name + ".ppm", std::ios::binary) << ppm;
    if (!decoded.note.empty()) std::ofstream(name + ".note") << decoded.note;
  } catch (const margay::FormatError& error) {
    std::ofstream(name + ".refused") << error.what();
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) files.push_back(entry.path());
  for (const auto& file : files) decode_beside(file);
  return 0;
}
