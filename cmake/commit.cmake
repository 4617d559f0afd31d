# The commit that is built, in one generated source, which is written only where it has changed.
#
# Included by CMakeLists.txt it offers embed_commit(TARGET); run as a script by every build it writes the file:
#   cmake -DSOURCE=... -DGENERATED=... -P cmake/commit.cmake

function(embed_commit target)
  set(generated ${PROJECT_BINARY_DIR}/generated/commit.cpp)
  add_custom_target(commit_of_${target} BYPRODUCTS ${generated} COMMENT ""
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DGENERATED=${generated}
            -P ${PROJECT_SOURCE_DIR}/cmake/commit.cmake)
  set_source_files_properties(${generated} PROPERTIES GENERATED ON)
  target_sources(${target} PRIVATE ${generated})
  add_dependencies(${target} commit_of_${target})
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  return()
endif()

set(commit unknown)
find_program(GIT git)
if(GIT)
  # A folder without a checkout of its own may lie in somebody else's.
  execute_process(COMMAND ${GIT} rev-parse --show-toplevel WORKING_DIRECTORY ${SOURCE}
                  OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  file(REAL_PATH ${SOURCE} source)
  if(top STREQUAL source)
    execute_process(COMMAND ${GIT} rev-parse HEAD WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE failed
                    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT failed)
      set(commit ${head})
      execute_process(COMMAND ${GIT} status --porcelain --untracked-files=no WORKING_DIRECTORY ${SOURCE}
                      OUTPUT_VARIABLE changes ERROR_QUIET)
      if(changes)
        string(APPEND commit -changed)
      endif()
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT ${GENERATED} @ONLY CONTENT [[
// Made by cmake/commit.cmake.
#include "margay/core/commit.h"

namespace margay {

std::string_view commit() {
  return "@commit@";
}

}  // namespace margay
]])
