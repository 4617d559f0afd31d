// A row a page.
#include "margay/serve/static_pages.h"

#include <algorithm>
#include <array>

#include "margay/serve/request_error.h"

namespace margay::serve {
namespace {

struct Page {
  std::string_view path, content_type, text;
};

constexpr std::string_view kWelcome =
    "This is a server of margay.\n\n"
    "  curl -F image=@cat.jpg http://ADDRESS/predict    what a picture shows\n"
    "  curl http://ADDRESS/openapi.json                 all addresses\n";

}  // namespace

HttpResponse static_page(std::string_view path) {
  const std::array pages{Page{"/", "text/plain; charset=utf-8", kWelcome},
                         Page{"/openapi.json", "application/json", kOpenApi}};
  const auto found = std::ranges::find(pages, path, &Page::path);
  if (found == pages.end()) throw RequestError(404, "serve.pages", "there is no such page");
  return {.content_type = std::string(found->content_type), .body = std::string(found->text)};
}

}  // namespace margay::serve
