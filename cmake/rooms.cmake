# A room is a folder of margay/ built as an object library that sees only the rooms it names.

# Half the time of the compiler goes into these headers. Not for rooms unless asked for: their headers are to compile alone, and
# that they do is seen where a source includes its own first (tests/install).
set(common_headers <algorithm> <filesystem> <functional> <map> <memory> <optional> <set> <string> <vector>
                   <fmt/format.h> <nlohmann/json.hpp>)

# Sources of a room are all its .cpp files: one concept per file, found by themselves.
function(room name)
  cmake_parse_arguments(ROOM "TORCH;WORDS" "" "ROOMS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/margay/${name}/*.cpp)
  if(NOT sources)
    file(WRITE ${PROJECT_BINARY_DIR}/empty.cpp "")
    set(sources ${PROJECT_BINARY_DIR}/empty.cpp)
  endif()
  add_library(room_${name} OBJECT ${sources})
  target_include_directories(room_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                 $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>)
  target_link_libraries(room_${name} PUBLIC ${ROOM_LINK} PRIVATE margay_warnings)

  # Object libraries hand on requirements but not objects: remember the rooms below for whoever links a program.
  set(below ${ROOM_ROOMS})
  foreach(other IN LISTS ROOM_ROOMS)
    target_link_libraries(room_${name} PUBLIC room_${other})
    get_property(deeper GLOBAL PROPERTY rooms_below_${other})
    list(APPEND below ${deeper})
  endforeach()
  list(REMOVE_DUPLICATES below)
  set_property(GLOBAL PROPERTY rooms_below_${name} ${below})
  set_property(GLOBAL APPEND PROPERTY room_names ${name})

  set(kind rooms)
  if(ROOM_WORDS)
    compile_quickly(room_${name})
    set(kind rooms_of_words)
  endif()
  if(ROOM_TORCH)
    use_torch(room_${name})
  elseif(MARGAY_PRECOMPILE)
    target_compile_options(room_${name} PRIVATE -pthread)
    if(name STREQUAL "runtime" OR "runtime" IN_LIST below)  # which brings -fopenmp
      string(APPEND kind _above_runtime)
    endif()
    precompile(room_${name} ${kind} ${common_headers})
  endif()
endfunction()

# precompile(TARGET KIND HEADERS...): one precompiled header for all targets of a kind, made by the first of them. It serves those
# that are compiled with the same options, and with the macros of its libraries.
function(precompile target kind)
  # GCC 12 sees copies beyond the end of a text in "text" + std::string, where there are none, if their header is precompiled.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow)
  endif()
  get_property(owner GLOBAL PROPERTY header_owner_${kind})
  if(owner)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
    set_property(GLOBAL PROPERTY header_owner_${kind} ${target})
  endif()
endfunction()

# libtorch's headers alone cost 10 s a file.
function(use_torch target)
  target_include_directories(${target} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
  separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(${target} PRIVATE ${torch_flags})
  # GCC 13 and later see copies beyond the end of vector<bool> in code that is inlined from those headers.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow)
  endif()
  # at::parallel_for is a template around "omp parallel": without -fopenmp it would run on one thread.
  target_link_libraries(${target} PUBLIC ${TORCH_LIBRARIES} OpenMP::OpenMP_CXX)
  precompile(${target} torch ${PROJECT_SOURCE_DIR}/margay/engine/torch.h ${common_headers})
endfunction()

# The objects of rooms and of all rooms below them, for a program that links just those.
function(objects_of_rooms variable)
  set(rooms ${ARGN})
  foreach(name IN LISTS ARGN)
    get_property(deeper GLOBAL PROPERTY rooms_below_${name})
    list(APPEND rooms ${deeper})
  endforeach()
  list(REMOVE_DUPLICATES rooms)
  set(objects)
  foreach(name IN LISTS rooms)
    list(APPEND objects $<TARGET_OBJECTS:room_${name}>)
  endforeach()
  set(${variable} ${objects} PARENT_SCOPE)
endfunction()

# A static library of some rooms, with all that they need to be linked.
function(base_library target)
  add_library(${target} STATIC)
  fill_library(${target} PUBLIC ${ARGN})
endfunction()

# shared_library(PART): beside the static one, what is complete in itself: the rooms of the part and of those before it. Only
# what MARGAY_API stands before is to be seen, so that whoever links it needs none of its libraries.
function(shared_library part)
  set(target margay_${part}_shared)
  add_library(${target} SHARED)
  fill_library(${target} PRIVATE ${ARGN})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME margay_${part} VERSION ${PROJECT_VERSION}
                        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(NOT MARGAY_SANITIZE)
    target_link_options(${target} PRIVATE LINKER:--no-undefined)
  endif()
  if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
endfunction()

# The objects of rooms and their libraries, but for nlohmann/json, which is headers alone: no public header includes any.
function(fill_library target scope)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                              $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  foreach(name IN LISTS ARGN)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:room_${name}>)
    get_target_property(libraries room_${name} INTERFACE_LINK_LIBRARIES)
    foreach(library IN LISTS libraries)
      if(NOT library MATCHES "^room_|margay_warnings|^nlohmann_json")
        target_link_libraries(${target} ${scope} ${library})
      endif()
    endforeach()
  endforeach()
  target_compile_features(${target} PUBLIC cxx_std_20)
endfunction()

# compile_quickly(TARGET): of what calls the rooms, and computes nothing itself. Half the time of the compiler goes into loops
# of headers that run once. Not together with libtorch's precompiled header, which has to be compiled with the same options.
# -pthread, since some libraries ask for it, and then these could not share a header with the others.
function(compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>$<$<CONFIG:Debug>:-O0> -pthread)
endfunction()
