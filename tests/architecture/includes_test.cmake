# A room includes only the rooms that CMakeLists.txt gives it, and a library's headers appear only in the rooms that own it.
# Run as: cmake -DSOURCE=... -DROOMS="core;image>core;..." -P includes_test.cmake
cmake_minimum_required(VERSION 3.25)
set(failures 0)

foreach(entry IN LISTS ROOMS)
  string(REPLACE ">" ";" parts "${entry}")
  list(POP_FRONT parts room)
  set(allowed ${room} ${parts})
  file(GLOB_RECURSE files ${SOURCE}/margay/${room}/*.h ${SOURCE}/margay/${room}/*.cpp)
  foreach(file IN LISTS files)
    file(STRINGS ${file} includes REGEX "^#include \"margay/[a-z_]+/")
    foreach(include IN LISTS includes)
      string(REGEX REPLACE "^#include \"margay/([a-z_]+)/.*" "\\1" other "${include}")
      if(NOT other IN_LIST allowed)
        message(SEND_ERROR "${file} includes the room '${other}', but '${room}' may use: ${allowed}")
        math(EXPR failures "${failures} + 1")
      endif()
    endforeach()
  endforeach()
endforeach()

# Pattern of an include line, and the only folders that may have it.
set(libraries
    "torch/>engine" "ATen/>engine,train" "c10/>engine" "oneapi/dnnl>runtime,fused" "toml\\+\\+>recipe" "turbojpeg>image"
    "jpeglib>image" "jerror>image" "png\\.h>image" "webp/>image" "gif_lib>image" "openjpeg>image" "tiffio>image"
    "lcms2>image" "libheif/>image" "cairo>draw" "pango>draw" "curl/>fetch" "archive\\.h>archive"
    "archive_entry>archive" "zip\\.h>archive" "openssl/>core" "onnx/>onnx" "google/protobuf>onnx"
    "boost/>serve" "prometheus/>serve")
file(GLOB_RECURSE files ${SOURCE}/margay/*.h ${SOURCE}/margay/*.cpp)
foreach(file IN LISTS files)
  file(STRINGS ${file} includes REGEX "^#include <")
  file(RELATIVE_PATH relative ${SOURCE}/margay ${file})
  string(REGEX REPLACE "/.*" "" room "${relative}")
  foreach(entry IN LISTS libraries)
    string(REGEX REPLACE ">.*" "" pattern "${entry}")
    string(REGEX REPLACE ".*>" "" owners "${entry}")
    string(REPLACE "," ";" owners "${owners}")
    foreach(include IN LISTS includes)
      if(include MATCHES "^#include <${pattern}" AND NOT room IN_LIST owners)
        message(SEND_ERROR "${file}: '${include}' belongs to ${owners} alone")
        math(EXPR failures "${failures} + 1")
      endif()
    endforeach()
  endforeach()
endforeach()

# Who finds and who says knows no HTML.
file(GLOB files ${SOURCE}/margay/analysis/*.cpp ${SOURCE}/margay/text/*.cpp)
foreach(file IN LISTS files)
  file(STRINGS ${file} markup REGEX "\"[^\"]*<(/|p>|div|span|td|h[1-6]|b>)")
  foreach(line IN LISTS markup)
    message(SEND_ERROR "${file} writes HTML: ${line}")
    math(EXPR failures "${failures} + 1")
  endforeach()
endforeach()

# Operators are known by name in their own files alone; executors read no attribute by name.
foreach(room graph runtime fused engine onnx train weights recipe)
  file(GLOB_RECURSE files ${SOURCE}/margay/${room}/*.h ${SOURCE}/margay/${room}/*.cpp)
  foreach(file IN LISTS files)
    file(STRINGS ${file} lines REGEX "[.>]op [!=]= \"")
    if(room MATCHES "runtime|fused|engine|onnx")
      file(STRINGS ${file} reads REGEX "[.>](integer|number|flag|text)\\(\"|[.>]attributes\\.")
      list(APPEND lines ${reads})
    endif()
    foreach(line IN LISTS lines)
      message(SEND_ERROR "${file}: '${line}' belongs into margay/graph/operators/")
      math(EXPR failures "${failures} + 1")
    endforeach()
  endforeach()
endforeach()

if(failures GREATER 0)
  message(FATAL_ERROR "${failures} lines break the plan of the house")
endif()
