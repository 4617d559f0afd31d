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

}  // namespace margay
