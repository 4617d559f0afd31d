// What options look like in messages.
#include "margay/core/option_text.h"

#include <doctest/doctest.h>

namespace margay {
namespace {

TEST_CASE("an option is named in backquotes, with its value as it is") {
  CHECK(option_text("out") == "`out`");
  CHECK(option_text("validation", "0.2") == "`validation=0.2`");
  CHECK(option_text("resume", "my runs/a's") == "`resume=my runs/a's`");
  CHECK(option_text("label_pattern", "a`b") == "`label_pattern=a``b`");
}

}  // namespace
}  // namespace margay
