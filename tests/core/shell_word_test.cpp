// Whatever a path is called, a shell reads it as one word.
#include "margay/core/shell_word.h"

#include <doctest/doctest.h>

namespace margay {

TEST_CASE("words of shell commands are quoted where they must be") {
  CHECK(shell_word("runs/article-2") == "runs/article-2");
  CHECK(shell_word("my pictures") == "'my pictures'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  CHECK(shell_word("$(rm)") == "'$(rm)'");
  CHECK(shell_word("") == "''");
  CHECK(shell_words({"margay", "train", "my pictures"}) == "margay train 'my pictures'");
}

TEST_CASE("a command in a sentence has other quotes around it than in it") {
  CHECK(quoted_command("margay train pets") == "'margay train pets'");
  CHECK(quoted_command("margay train 'my pictures'") == "\"margay train 'my pictures'\"");
  CHECK(quoted_command(R"(margay train 'a "b"')") == R"(`margay train 'a "b"'`)");
}

}  // namespace margay
