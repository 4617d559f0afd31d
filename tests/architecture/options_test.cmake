# Below apps/ nobody speaks of a command line: options are named in backquotes in literals that end in _worded, or by option_text
# (margay/core/option_text.h), and the programs have an option or, in apps/margay/option_words.cpp, other words for all that are.
# Run as: cmake -DSOURCE=... -P options_test.cmake
cmake_minimum_required(VERSION 3.25)
set(failures 0)

macro(complain)
  message(SEND_ERROR ${ARGN})
  math(EXPR failures "${failures} + 1")
endmacro()

# The lines of a file, less comments: a comment begins a line or stands behind a space, an address does neither. What lists of
# CMake take for theirs is left out, and quotes within quotes are others.
function(code_lines variable file)
  file(READ ${file} text)
  string(REPLACE "\\\"" "'" text "${text}")
  string(REPLACE "'\"'" "' '" text "${text}")
  string(REGEX REPLACE "[][;\\]" " " text "${text}")
  string(REGEX REPLACE "(\n| )//[^\n]*" "\\1" text "\n${text}")
  string(REPLACE "\n" ";" lines "${text}")
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()

# The vocabulary for command lines, what starts another program, the style of pages, what a file of drawn pictures has always
# had in it, and the header in C, whose comments are others and which says nothing.
set(exempt c.h recipe/source_config.cpp plot/gnuplot.cpp pages/page_style.cpp drawn_animals/drawn_dataset.cpp)
set(commands bench compare dataset evaluate export inspect lr-find models predict recipe serve show story summary sweep train watch)
string(REPLACE ";" "|" commands "${commands}")

file(GLOB_RECURSE files RELATIVE ${SOURCE}/margay ${SOURCE}/margay/*.h ${SOURCE}/margay/*.cpp)
list(REMOVE_ITEM files ${exempt})
set(named)
foreach(file IN LISTS files)
  code_lines(lines ${SOURCE}/margay/${file})
  foreach(line IN LISTS lines)
    string(REGEX MATCHALL "\"[^\"]*\"" texts "${line}")
    foreach(text IN LISTS texts)
      if(text MATCHES "--[a-z]|margay (${commands})[^a-z]" AND NOT text MATCHES "var\\(--")  # of a style
        complain("margay/${file} speaks of a command line: ${line}")
      endif()
    endforeach()
    # "`name`", "`name=value`" and option_text("name", ...); the reference of layers is Markdown.
    string(REGEX MATCHALL "`[a-z_.]+[`=]|option_text\\(\"[a-z_.]+" found "${line}")
    if(NOT file STREQUAL "graph/layer_reference.cpp")
      list(TRANSFORM found REPLACE "^(`|option_text\\(\")|[`=]$" "")
      list(APPEND named ${found})
    endif()
  endforeach()
  string(REPLACE ";" "" joined "${lines}")
  string(REGEX MATCHALL "\"[^\"`]*`[a-z_.]+(=[^\"`]*)?`[^\"]*\"( *\"[^\"]*\")*(_worded)?" texts "${joined}")
  foreach(text IN LISTS texts)
    if(NOT text MATCHES "_worded$" AND NOT file STREQUAL "graph/layer_reference.cpp")
      complain("margay/${file} has an option in backquotes that nothing words: ${text}")
    endif()
  endforeach()
endforeach()
list(REMOVE_DUPLICATES named)

# What the programs have other words for.
file(READ ${SOURCE}/apps/margay/option_words.cpp words)
function(names_in variable begin)
  string(FIND "${words}" "${begin}" at)
  string(SUBSTRING "${words}" ${at} -1 rest)
  string(FIND "${rest}" ";" end)
  string(SUBSTRING "${rest}" 0 ${end} rest)
  string(REGEX MATCHALL "[{ ]\"[a-z_]+\"" found "${rest}")
  list(TRANSFORM found REPLACE "^[{ ]\"|\"$" "")
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()
names_in(others "kOthers[] =")
if(NOT others)
  complain("apps/margay/option_words.cpp has another table than this test expects")
endif()

file(GLOB files ${SOURCE}/apps/margay/*.cpp ${SOURCE}/apps/margay/*.h)
set(there)
foreach(file IN LISTS files)
  file(STRINGS ${file} lines REGEX "\"--[a-z]")
  string(REGEX MATCHALL "--[a-z-]+" found "${lines}")
  list(APPEND there ${found})
endforeach()

set(tables augment budget head input loss network optimizer schedule training)  # of recipes
foreach(name IN LISTS named)
  string(REGEX REPLACE "\\..*" "" table "${name}")
  string(REPLACE "_" "-" option "--${name}")
  if(NOT name IN_LIST others AND NOT option IN_LIST there AND NOT (name MATCHES "\\." AND table IN_LIST tables))
    complain("a message names `${name}`, and there is no option ${option} nor other words in apps/margay/option_words.cpp")
  endif()
endforeach()

if(failures GREATER 0)
  message(FATAL_ERROR "${failures} names of options break the plan of the house")
endif()
