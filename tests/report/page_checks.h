// What holds for every page.
#pragma once

#include <doctest/doctest.h>

#include <string>

namespace margay::test {

inline bool contains(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

inline void check_self_contained(const std::string& page) {
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.ends_with("</html>\n"));
  for (const char* outside : {"<script", "src=\"http", "href=\"http", "src=\"//", "@import", "url("}) {
    CAPTURE(outside);
    CHECK_FALSE(contains(page, outside));
  }
}

}  // namespace margay::test
