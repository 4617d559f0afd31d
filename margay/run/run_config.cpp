// TOML, as people write it.
#include "margay/run/run_config.h"

#include "margay/core/atomic_file.h"
#include "margay/recipe/recipe.h"

namespace margay::run {

recipe::Config read_config(const RunDirectory& directory) {
  const std::string where = directory.config().string();
  const std::string text = read_text_file(RunDirectory::open(directory.root).config());
  recipe::Config config = recipe::Config::from_document(recipe::parse_toml(text, where), where);
  config.network.has_begun = true;
  return config;
}

void write_config(const RunDirectory& directory, const recipe::Config& config) {
  write_file_atomically(directory.config(), recipe::format_toml(config.to_document()));
}

}  // namespace margay::run
