// The Oxford-IIIT pets: two archives and two lists.
#include <cctype>
#include <sstream>
#include <string>

#include "margay/archive/unpack.h"
#include "margay/core/atomic_file.h"
#include "margay/core/error.h"
#include "margay/core/file_system.h"
#include "margay/datasets/arrange.h"

namespace margay::datasets {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhere = "dataset.arrange";

/// "great_pyrenees" of "great_pyrenees_104".
std::string breed_of(const std::string& name) {
  const size_t number = name.rfind('_');
  return number == name.npos ? "" : name.substr(0, number);
}

bool is_plain(const std::string& name) {
  for (const unsigned char letter : name)
    if (std::isalnum(letter) == 0 && letter != '_' && letter != '-') return false;
  return true;
}

/// The first words of the lines of a list, less comments.
std::vector<std::string> names_in(const fs::path& list) {
  std::istringstream lines(read_text_file(list, 1 << 24));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    const std::string name = line.substr(0, line.find_first_of(" \t\r"));
    if (name.empty() || name.front() == '#') continue;
    require<FormatError>(is_plain(name) && !breed_of(name).empty(), list.string(),
                         fmt::format("'{}' is no name of a picture", name), "such as Abyssinian_100");
    names.push_back(name);
  }
  require<FormatError>(!names.empty(), list.string(), "there is no picture in it");
  return names;
}

void move_split(const Arrangement& arrangement, const fs::path& unpacked, const char* list,
                const char* split) {
  for (const std::string& name : names_in(unpacked / "annotations" / list)) {
    require<Interrupted>(!arrangement.stop.stop_requested(), kWhere, "stopped while sorting pictures");
    const fs::path from = unpacked / "images" / (name + ".jpg"),
                   folder = arrangement.root() / split / breed_of(name);
    require<DataError>(path_exists(from), kWhere,
                       fmt::format("{} names {}.jpg, which is not there", list, name));
    make_folder(folder);
    rename_path(from, folder / from.filename());
  }
}

}  // namespace

void arrange_pets(const Arrangement& arrangement) {
  const fs::path unpacked = arrangement.folder / "unpacked";
  make_folder(unpacked);
  for (const fs::path& path : arrangement.archives)
    archive::unpack(path, unpacked, {.max_bytes = arrangement.dataset.max_bytes}, arrangement.progress,
                    arrangement.stop);
  move_split(arrangement, unpacked, "trainval.txt", "train");
  move_split(arrangement, unpacked, "test.txt", "test");
  remove_tree(unpacked);
}

}  // namespace margay::datasets
