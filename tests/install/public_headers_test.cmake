# Each public header compiles alone, with no library's header in it, and is light: what is left of it after the preprocessor
# (-E -P, which leaves out the markers of lines), less the blank lines, is fewer than 40,000 lines.
# Run as: cmake -DSOURCE=... -DCOMPILER=... -P public_headers_test.cmake
cmake_policy(VERSION 3.25)
include(${SOURCE}/cmake/public_headers.cmake)
public_headers(${SOURCE} "predict;toolkit;train" closure)
set(most_lines 40000)
set(failures 0)

# A header of a library that the system has: a folder of standard headers has no such names.
set(libraries "[^ ]*(nlohmann|torch|ATen|c10|fmt/|oneapi|toml\\+\\+|openssl|curl/|archive\\.h|zip\\.h)[^ ]*")
foreach(name c graph predict data train)
  set(header margay/${name}.h)
  execute_process(COMMAND ${COMPILER} -std=c++20 -Wall -Wextra -Werror -I${SOURCE} -x c++ -fsyntax-only -include ${header} /dev/null
                  RESULT_VARIABLE failed ERROR_VARIABLE said)
  if(failed)
    message(SEND_ERROR "${header} does not compile alone:\n${said}")
  endif()
  execute_process(COMMAND ${COMPILER} -std=c++20 -I${SOURCE} -x c++ -M -include ${header} /dev/null OUTPUT_VARIABLE needed)
  if(needed MATCHES "${libraries}")
    message(SEND_ERROR "${header} includes ${CMAKE_MATCH_0}")
  endif()
  string(REGEX MATCHALL "margay/[a-z_]+(/[a-z_0-9]+)*\\.h" included "${needed}")
  foreach(other IN LISTS included)
    if(NOT other IN_LIST closure)
      message(SEND_ERROR "${header} includes ${other}, which would not be installed")
    endif()
  endforeach()
  execute_process(COMMAND ${COMPILER} -std=c++20 -I${SOURCE} -x c++ -E -P -include ${header} /dev/null
                  COMMAND grep -c "[^[:space:]]" OUTPUT_VARIABLE lines OUTPUT_STRIP_TRAILING_WHITESPACE)
  message(STATUS "${header}: ${lines} lines")
  if(lines STREQUAL "" OR NOT lines LESS most_lines)
    message(SEND_ERROR "${header} is ${lines} lines, expected fewer than ${most_lines}")
  endif()
endforeach()
list(LENGTH closure count)
message(STATUS "${count} headers are installed")
