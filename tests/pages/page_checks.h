// What holds for every page.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "margay/pages/page_script.h"

namespace margay::test {

inline bool contains(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

inline void check_self_contained(const std::string& page) {
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
  CHECK(contains(page, "content=\"default-src &#39;none&#39;; img-src data:;"));
  // The only script is the program's own, at the end.
  const size_t script = page.find("<script");
  if (script != std::string::npos) {
    const std::string own = "<script>" + std::string(pages::kPageScript) + "</script>\n</body>\n</html>\n";
    CHECK(page.substr(script) == own);
  }
  for (const char* outside : {"src=\"http", "href=\"http", "src=\"//", "@import", "url("}) {
    CAPTURE(outside);
    CHECK_FALSE(contains(page, outside));
  }
}

}  // namespace margay::test
