// Completions and manual pages, used by the shells that they are for.
#include <doctest/doctest.h>

#include <filesystem>

#include "margay/core/atomic_file.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

std::string completion(const fs::path& folder, const std::string& shell) {
  const test::ProgramResult result = test::Program(folder, {MARGAY_PROGRAM, "completion", shell}).wait();
  REQUIRE(result.exit_code == 0);
  return result.out;
}

/// What bash offers for the last of the words, in a line.
std::string offered(const fs::path& folder, const std::string& words) {
  const std::string script = "source ./margay.bash; COMP_WORDS=(" + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _margay; echo \"${COMPREPLY[*]}\"";
  const test::ProgramResult result = test::Program(folder, {"/bin/bash", "-c", script}).wait();
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  return result.out.substr(0, result.out.find('\n'));
}

}  // namespace

TEST_CASE("bash completes commands, options and their words") {
  const test::TemporaryFolder folder;
  write_file_atomically(folder / "margay.bash", completion(folder.path(), "bash"));
  CHECK(offered(folder.path(), "margay insp") == "inspect");
  CHECK(offered(folder.path(), "margay dataset g") == "get");
  CHECK(offered(folder.path(), "margay dataset get --hel") == "--help");
  CHECK(offered(folder.path(), "margay show pets --labels l") == "leaf");
  CHECK(offered(folder.path(), "margay show --label-pa") == "--label-pattern");
  CHECK(offered(folder.path(), "margay show pe").empty());  // then files
  CHECK(offered(folder.path(), "margay --vers") == "--version");
}

TEST_CASE("zsh and fish read their completions, where they are installed") {
  const test::TemporaryFolder folder;
  for (const auto& [shell, words] : {std::pair{"zsh", "compdef"}, std::pair{"fish", "complete -c margay"}}) {
    const std::string script = completion(folder.path(), shell);
    CHECK(script.find(words) != std::string::npos);
    CHECK(script.find("inspect") != std::string::npos);
    const fs::path program = std::string("/usr/bin/") + shell;
    if (!fs::exists(program)) continue;
    write_file_atomically(folder / "script", script);
    const test::ProgramResult read = test::Program(folder.path(), {program.string(), "-n", "script"}).wait();
    CAPTURE(read.err);
    CHECK(read.exit_code == 0);
  }
  CHECK(test::Program(folder.path(), {MARGAY_PROGRAM, "completion", "tcsh"}).wait().exit_code == 2);
}

TEST_CASE("there is a manual page for every command") {
  const test::TemporaryFolder folder;
  REQUIRE(test::Program(folder.path(), {MARGAY_PROGRAM, "man", "man1"}).wait().exit_code == 0);
  for (const char* name : {"margay", "margay-predict", "margay-train", "margay-dataset-get"})
    CHECK(fs::exists(folder / "man1" / (std::string(name) + ".1")));
  const std::string page = read_text_file(folder / "man1" / "margay-show.1");
  CHECK(page.starts_with(".TH MARGAY\\-SHOW 1"));
  for (const char* part :
       {".SH SYNOPSIS\n.B margay show\n", "\\fB\\-\\-labels\\fR top|leaf|path", "\nExamples:\n"})
    CHECK(page.find(part) != std::string::npos);
}
