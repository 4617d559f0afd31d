// Writes a report, inspections and stories of several shapes into the folder that is its argument, for the
// browser test.
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/pages/made_inspection.h"
#include "tests/pages/made_story.h"

namespace margay {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kPets{"cats", "dogs"};
const std::vector<std::string> kAwkward{"<b>daisy</b>",
                                        "\"roses\" & 'thorns'",
                                        "Löwenzahn",
                                        "sun flowers",
                                        "a class whose name is so long that no column was made for it",
                                        "tulips",
                                        "猫"};

void write_all(const fs::path& folder) {
  make_folder(folder);
  pages::write_report(folder / "report.html", test::made_report(folder, kPets), test::made_wording());
  pages::RunReport awkward = test::made_report(folder, kAwkward);
  test::HistoryShape endless = test::memorising_shape();
  endless.epochs = 300;
  awkward.title = "a run with awkward <names>, " + std::string(120, 'x');
  awkward.history = test::made_history(endless);
  pages::write_report(folder / "report-awkward.html", awkward, test::made_wording());
  std::vector<std::string> many;
  for (int i = 0; i < 60; ++i) many.push_back("class <" + std::to_string(i) + ">");
  pages::RunReport wide = test::made_report(folder, many);
  wide.evaluation = test::made_evaluation(many, 50, 32);
  wide.pictures = test::made_evaluated(*wide.evaluation);
  pages::write_report(folder / "report-many.html", wide, test::made_wording());
  const app::CommandWords chinese = test::made_wording("article", text::Language::chinese);
  pages::write_report(folder / "report-zh.html", test::made_report(folder, kPets), chinese);
  pages::write_story(folder / "story-zh.html", test::made_story(folder, kPets, test::memorising_shape()),
                     chinese);
  pages::write_story(folder / "story.html", test::made_story(folder, kPets, test::memorising_shape()),
                     test::made_wording("article-regularized"));
  test::HistoryShape slow;
  slow.training = 0.9, slow.validation = 0.88, slow.epochs_to_learn = 20;
  test::write_made_dataset(folder / "pets", kPets);
  test::write_inspection_of(folder / "pets", folder / "inspection.html");
  test::write_inspection_of(folder / "pets", folder / "inspection-zh.html", chinese);
  // A folder's name holds no slash.
  std::vector<std::string> folders = kAwkward;
  folders.front() = "<b>daisy<b>";
  test::write_made_dataset(folder / "awkward", folders);
  test::write_inspection_of(folder / "awkward", folder / "inspection-awkward.html");
  pages::write_story(folder / "story-awkward.html", test::made_story(folder, kAwkward, slow),
                     test::made_wording("article-regularized"));
}

}  // namespace
}  // namespace margay

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: write_pages FOLDER\n"), 2;
  margay::write_all(argv[1]);
}
