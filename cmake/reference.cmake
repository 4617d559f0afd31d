# The reference of the library from its headers, where doxygen is installed: cmake --build build --target reference
find_program(DOXYGEN_PROGRAM doxygen)
configure_file(docs/Doxyfile.in ${PROJECT_BINARY_DIR}/Doxyfile @ONLY)
if(DOXYGEN_PROGRAM AND PROJECT_IS_TOP_LEVEL)
  add_custom_target(reference COMMAND ${DOXYGEN_PROGRAM} ${PROJECT_BINARY_DIR}/Doxyfile
                    COMMENT "Writing reference/html/index.html" VERBATIM)
endif()
