// margay predict --output, with a model that answers by colour.
#include <doctest/doctest.h>

#include <algorithm>

#include "margay/core/json.h"
#include "margay/graph/builder.h"
#include "margay/graph/weights.h"
#include "margay/image/encode.h"
#include "margay/model/model.h"
#include "tests/data/folders.h"
#include "tests/support/pets_place.h"
#include "tests/support/skipped.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

using Place = test::PetsPlace;

/// A model for pictures of 16 x 16 whose logits are the mean colours, less `offset`.
void save_color_model(const fs::path& path, const std::vector<std::string>& classes, float offset = 0) {
  model::Model model;
  model.graph =
      graph::Builder({3, 16, 16}).global_avg_pool2d().linear(static_cast<int64_t>(classes.size())).build();
  model.weights = graph::initialize(model.graph, graph::Initializer::he_normal, 1);
  for (float& value : model.weights.at("linear1.bias").values) value -= offset, offset = -offset;
  model.classes = classes;
  model.preprocess.width = model.preprocess.height = 16;
  model::save_model(path, model);
}

size_t lines_of(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("answers go to a table as they come and nothing is answered twice") {
  const Place place;
  save_color_model(place / "model.safetensors", {"red", "green", "blue"});
  write_file_atomically(place / "pets/train/cats/broken.png", std::string_view("\x89PNG\r\n\x1a\nno more"));
  const std::vector<std::string> words{"predict", "model.safetensors", "pets", "--output", "p.csv"};
  const test::ProgramResult first = place.run(words);
  CAPTURE(first.err);
  CHECK(first.exit_code == 4);  // one is broken
  CHECK(first.out == "p.csv\n");
  CHECK(has(first.err, "64 pictures answered, 1 broken"));
  const std::string whole = read_text_file(place / "p.csv");
  CHECK(lines_of(whole) == 1 + 65);
  CHECK(whole.starts_with(
      "path,class,probability,probability_red,probability_green,probability_blue,model,file,error\n"));
  const size_t broken = whole.find("pets/train/cats/broken.png,");
  REQUIRE(broken != whole.npos);
  CHECK(whole.substr(broken, whole.find('\n', broken) - broken).size() > 60);  // the reason is in it

  const test::ProgramResult again = place.run(words);
  CHECK(again.exit_code == 4);  // it still is
  CHECK(has(again.err, "0 pictures answered, 1 broken (column error), 64 answered before"));
  CHECK(read_text_file(place / "p.csv") == whole);

  // Torn in the middle of a row, it comes to the same bytes.
  write_file_atomically(place / "p.csv", std::string_view(whole).substr(0, whole.size() / 2));
  CHECK(place.run(words).out == "p.csv\n");
  CHECK(read_text_file(place / "p.csv") == whole);

  // What was mended is answered, and what has become another picture is answered again.
  fs::copy_file(place / "pets/train/dogs/0.png", place / "pets/train/cats/broken.png",
                fs::copy_options::overwrite_existing);
  fs::copy_file(place / "pets/train/dogs/1.png", place / "pets/train/cats/0.png",
                fs::copy_options::overwrite_existing);
  const test::ProgramResult mended = place.run(words);
  CHECK(mended.exit_code == 0);
  CHECK(has(mended.err, "2 pictures answered, 63 answered before"));
  CHECK(lines_of(read_text_file(place / "p.csv")) == 1 + 65);
}

TEST_CASE("pictures of a table are answered in its order, whatever else it says") {
  const Place place;
  save_color_model(place / "model.safetensors", {"red", "green", "blue"});
  write_file_atomically(place / "test.csv", std::string_view("id;age\n3;1\n1;2\n"));
  const std::vector<std::string> in_cats{"--root", "pets/validation/cats", "--suffix", ".png"};
  const auto predict = [&](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.begin(), {"predict", "model.safetensors"});
    words.insert(words.end(), more.begin(), more.end());
    return place.run(words);
  };
  const test::ProgramResult result = predict({"test.csv", "--json"}, in_cats);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const Json pictures = parse_json(result.out, "standard output")["pictures"];
  REQUIRE(pictures.size() == 2);
  const Json alone = parse_json(predict({"pets/validation/cats/3.png", "--json"}, {}).out, "standard output");
  CHECK(fs::path(pictures[0]["path"].get<std::string>()).filename() == "3.png");
  CHECK(pictures[0]["probability"] == alone["pictures"][0]["probability"]);
  CHECK(fs::path(pictures[1]["path"].get<std::string>()).filename() == "1.png");

  write_file_atomically(place / "lines.jsonl",
                        std::string_view("{\"path\":\"pets/train/dogs/2.png\"}\n{\"path\":\"gone.png\"}\n"));
  const test::ProgramResult some = predict({"lines.jsonl", "--output", "p.csv"}, {});
  CHECK(some.exit_code == 4);
  CHECK(has(some.err, "1 of 2 files of the table"));
  CHECK(has(some.err, "1 picture answered, 1 broken"));
  CHECK(has(read_text_file(place / "p.csv"), "pets/train/dogs/2.png,"));
  CHECK(predict({"lines.jsonl", "--path-column", "file"}, {}).exit_code == 2);
  const test::ProgramResult no_table = predict({"pets", "--path-column", "x"}, {});
  CHECK(no_table.exit_code == 2);
  CHECK(no_table.err.find("--path-column says how a table is read, and none is named") != std::string::npos);
}

TEST_CASE("answers as objects a line say what the command says") {
  const Place place;
  save_color_model(place / "model.safetensors", {"red", "green", "blue"});
  const std::string picture = "pets/validation/dogs/1.png";
  const test::ProgramResult result =
      place.run({"predict", "model.safetensors", picture, "--output", "p.jsonl", "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const Json counts = parse_json(result.out, "standard output");
  CHECK(counts["output"] == "p.jsonl");
  CHECK(counts["answered"] == 1);
  CHECK(counts["already_there"] == 0);
  const Json row = parse_json(read_text_file(place / "p.jsonl"), "row");
  const Json told = parse_json(place.run({"predict", "model.safetensors", picture, "--json"}).out,
                               "standard output")["pictures"][0];
  CHECK(row["path"] == told["path"]);
  CHECK(row["class"] == told["class"]);
  CHECK(row["probability"] == told["probability"]);
  CHECK(row["probabilities"].size() == 3);
}

TEST_CASE("answers of another model, of another augmentation or of something else stay as they are") {
  const Place place;
  save_color_model(place / "one.safetensors", {"red", "green", "blue"});
  save_color_model(place / "two.safetensors", {"red", "green", "blue"}, 1);
  const auto words = [](const std::string& model, std::vector<std::string> more) {
    more.insert(more.begin(), {"predict", model, "pets/validation", "--output"});
    return more;
  };
  CHECK(place.run(words("one.safetensors", {"p.csv"})).exit_code == 0);
  const std::string before = read_text_file(place / "p.csv");
  fs::create_directory(place / "run");
  write_file_atomically(place / "run/config.toml", std::string_view("[training]\nepochs = 1\n"));
  write_file_atomically(place / "run/manifest.csv", std::string_view("path,label,split,hash\n"));
  const test::RefusedCommand refused[] = {
      {words("two.safetensors", {"p.csv"}), 2, "has answers of the model"},
      {words("one.safetensors", {"p.csv", "--tta", "flip"}), 2, "has answers of the model"},
      {words("one.safetensors", {"small.toml"}), 2, "let it end in .csv or .jsonl"},
      {{"predict", "one.safetensors", "pets", "--overwrite"}, 2, "--overwrite belongs to --output"},
      {words("one.safetensors", {"run/manifest.csv", "--overwrite"}), 2, "the name of a file of the run"},
      {{"predict", "pets/train/cats/0.png"}, 2, "is a picture, and no model is named"},
      {{"inspect", "pets", "--label-pattern", ""}, 2, "--label-pattern has an empty value"},
  };
  place.check_refused(refused);
  CHECK(read_text_file(place / "p.csv") == before);
  CHECK(place.run(words("two.safetensors", {"p.csv", "--overwrite"})).exit_code == 0);
  CHECK(read_text_file(place / "p.csv") != before);
  CHECK(lines_of(read_text_file(place / "p.csv")) == lines_of(before));
}

TEST_CASE("a list of pictures on standard input has ends of lines or zero bytes between them") {
  using namespace std::string_literals;
  const Place place;
  save_color_model(place / "model.safetensors", {"red", "green", "blue"});
  const fs::path odd = place / "two\nlines.png";
  fs::copy_file(place / "pets/train/cats/0.png", odd);
  const auto count = [&](const std::string& list) {
    const std::vector<std::string> words{MARGAY_PROGRAM, "predict", "model.safetensors", "-", "--json"};
    const test::ProgramResult result = test::Program(odd.parent_path(), words, list).wait();
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    return parse_json(result.out, "standard output")["pictures"].size();
  };
  CHECK(count("pets/train/cats/0.png\npets/train/cats/1.png\r\n\n") == 2);
  CHECK(count("pets/train/cats/0.png\0two\nlines.png\0"s) == 2);
}

TEST_CASE("a picture of which a part is missing is answered, and that is said") {
  if (!test::has_training_program(MARGAY_PROGRAM)) return;
  const Place place;
  save_color_model(place / "model.safetensors", {"cats", "dogs", "none"});
  const std::vector<uint8_t> whole = image::encode_jpeg(test::noise_picture(64, 64, 1));
  write_file_atomically(place / "pets/validation/cats/half.jpg",
                        std::span<const uint8_t>(whole).first(whole.size() / 2));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"predict", "model.safetensors", "pets/validation"},
        {"predict", "model.safetensors", "pets/validation", "--output", "p.csv"},
        {"evaluate", "model.safetensors", "pets", "--split", "validation"},
        {"train", "pets", "--recipe", "small.toml", "--epochs", "1", "--out", "run"}}) {
    const test::ProgramResult result = place.run(words);
    CAPTURE(words[0]);
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
    CHECK(has(result.out + result.err, "used with a note: 1 picture\n"));
    CHECK(has(result.out + result.err, "half.jpg: "));
  }
}

TEST_CASE("links to folders elsewhere are answered where that is asked for") {
  const Place place;
  save_color_model(place / "model.safetensors", {"red", "green", "blue"});
  make_folder(place / "linked");
  fs::create_directory_symlink(place / "pets/validation/cats", place / "linked/cats");
  const test::ProgramResult refused = place.run({"predict", "model.safetensors", "linked"});
  CHECK(refused.exit_code == 3);
  CHECK(has(refused.err, "left out: 1 link to a folder outside the data set"));
  CHECK(has(refused.err, "--follow-links follows the links"));
  const test::ProgramResult followed =
      place.run({"predict", "model.safetensors", "linked", "--follow-links"});
  CAPTURE(followed.err);
  CHECK(followed.exit_code == 0);
  CHECK(lines_of(followed.out) == 8);
}
