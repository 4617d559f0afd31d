// Tables beside pictures that nobody looks into.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "margay/data/dataset.h"
#include "tests/data/folders.h"
#include "tests/support/temporary_folder.h"

namespace margay::test {

/// The pictures of a split by "class/file name", in order.
inline std::vector<std::string> names_of(const data::Dataset& dataset, std::string_view split) {
  std::vector<std::string> names;
  const data::Split& found = dataset.split(split);
  for (size_t i = 0; i < found.samples.size(); ++i)
    names.push_back(dataset.classes[static_cast<size_t>(found.samples[i].label)] + "/" +
                    found.path(i).filename().string());
  return names;
}

/// Opens a table beside some files; nobody looks into those.
inline data::Dataset open_text(const TemporaryFolder& folder, const char* name, std::string_view text) {
  for (const char* picture : {"a.jpg", "b.jpg", "c.jpg", "a, b.jpg"}) write_text(folder / picture, "x");
  write_text(folder / name, text);
  return data::Dataset::open(folder / name);
}

}  // namespace margay::test
