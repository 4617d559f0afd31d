// Writes the model and the picture that tritonclient_test.py asks about into a folder.
#include "margay/core/atomic_file.h"
#include "tests/serve/color_server.h"

int main(int, char** words) {
  const std::filesystem::path folder = words[1];
  margay::model::save_model(folder / "colors.safetensors", margay::test::color_model());
  margay::write_file_atomically(folder / "green.png", std::string_view(margay::test::plain_png("green")));
}
