// What options look like in messages.
#include "margay/core/option_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "margay/core/error.h"

namespace margay {
namespace {

TEST_CASE("an option is named in backquotes, with its value as it is") {
  CHECK(option_text("out") == "`out`");
  CHECK(option_text("validation", "0.2") == "`validation=0.2`");
  CHECK(option_text("resume", "my runs/a's") == "`resume=my runs/a's`");
  CHECK("leave out `out`, or `labels=leaf` or `x."_worded == "leave out `out`, or `labels=leaf` or `x.");
}

TEST_CASE("a program says what it calls options, in sentences too") {
  set_option_words(
      [](std::string_view name, std::string_view value) { return fmt::format("<{}:{}>", name, value); });
  CHECK(option_text("out") == "<out:>");
  CHECK("`validation=0.2` holds a part back, `a.b=x=y`"_worded ==
        "<validation:0.2> holds a part back, <a.b:x=y>");
  CHECK(std::string(Error("x", "no `out`").what()) == "[x] no `out`");
  set_option_words({});
  CHECK(option_text("out") == "`out`");
}

}  // namespace
}  // namespace margay
