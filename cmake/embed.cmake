# Text files of the tree as strings of the program.

# embed_recipes(TARGET): a generated source with every recipes/*.toml as a string.
function(embed_recipes target)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recipes/*.toml)
  set(names)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    list(APPEND names ${name})
  endforeach()
  list(SORT names)
  set(rows)
  foreach(name IN LISTS names)
    set(file ${PROJECT_SOURCE_DIR}/recipes/${name}.toml)
    file(READ ${file} text)
    string(APPEND rows "    EmbeddedRecipe{\"${name}\", R\"recipe(${text})recipe\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(generated ${PROJECT_BINARY_DIR}/generated/embedded_recipes.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [[
// Made by cmake/embed.cmake from recipes/*.toml.
#include <array>

#include "margay/recipe/recipe.h"

namespace margay::recipe {

std::span<const EmbeddedRecipe> embedded_recipes() {
  static constexpr std::array recipes{
@rows@  };
  return recipes;
}

}  // namespace margay::recipe
]])
  target_sources(${target} PRIVATE ${generated})
endfunction()

# embed_page_script(TARGET): a generated source with the scripts of the pages, margay/pages/*.js, as one string.
function(embed_page_script target)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/margay/pages/*.js)
  list(SORT files)
  set(script)
  foreach(file IN LISTS files)
    file(READ ${file} text)
    string(APPEND script "R\"script(${text})script\"\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(generated ${PROJECT_BINARY_DIR}/generated/page_script.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [[
// Made by cmake/embed.cmake from margay/pages/*.js.
#include "margay/pages/page_script.h"

namespace margay::pages {

const std::string_view kPageScript =
@script@;

}  // namespace margay::pages
]])
  target_sources(${target} PRIVATE ${generated})
endfunction()

# embed_openapi(TARGET): a generated source with margay/serve/openapi.json.
function(embed_openapi target)
  set(file ${PROJECT_SOURCE_DIR}/margay/serve/openapi.json)
  file(READ ${file} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  set(generated ${PROJECT_BINARY_DIR}/generated/openapi.cpp)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [[
// Made by cmake/embed.cmake from margay/serve/openapi.json.
#include "margay/serve/static_pages.h"

namespace margay::serve {

const std::string_view kOpenApi = R"json(@text@)json";

}  // namespace margay::serve
]])
  target_sources(${target} PRIVATE ${generated})
endfunction()
