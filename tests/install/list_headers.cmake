# Says what cmake/install_headers.cmake installs of some parts, a line each: cmake -DSOURCE=... -DPARTS=... -P list_headers.cmake
cmake_policy(VERSION 3.25)
include(${SOURCE}/cmake/public_headers.cmake)
public_headers(${SOURCE} "${PARTS}" headers)
list(JOIN headers "\n" lines)
message("${lines}")
