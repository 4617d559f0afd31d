# Installs the public headers and what they include, nothing else. Part of `cmake --install`, with MARGAY_SOURCE, MARGAY_PARTS
# and MARGAY_INCLUDEDIR.
cmake_policy(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/public_headers.cmake)
public_headers(${MARGAY_SOURCE} "${MARGAY_PARTS}" headers)
foreach(header IN LISTS headers)
  get_filename_component(folder ${header} DIRECTORY)
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/${MARGAY_INCLUDEDIR}/${folder}" TYPE FILE FILES ${MARGAY_SOURCE}/${header})
endforeach()
