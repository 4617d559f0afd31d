# Installs programs, headers and libraries, and what find_package(margay) needs.
include(CMakePackageConfigHelpers)

if(MARGAY_PROGRAMS)
  install(TARGETS margay)
  if(MARGAY_TRAIN)
    install(TARGETS margay-train DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/margay)
  endif()
  set(help_folder ${PROJECT_BINARY_DIR}/apps/margay/help)
  install(FILES ${help_folder}/margay DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${help_folder}/_margay DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${help_folder}/margay.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  install(DIRECTORY ${help_folder}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
  if(MARGAY_ONNX)
    install(TARGETS margay-onnx DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/margay)
  endif()
endif()

# The headers are chosen when they are installed, since which ones those are depends on what they include.
install(CODE "set(MARGAY_SOURCE \"${PROJECT_SOURCE_DIR}\")\nset(MARGAY_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
set(MARGAY_PARTS \"${margay_parts}\")")
install(SCRIPT cmake/install_headers.cmake)

file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)  # so that what is installed may be moved
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/margay)
foreach(part IN LISTS margay_parts)
  install(TARGETS margay_${part} EXPORT margay-${part}-targets)
  set_target_properties(margay_${part} PROPERTIES EXPORT_NAME ${part})
  install(EXPORT margay-${part}-targets NAMESPACE margay:: DESTINATION ${package_folder})

  # The shared one, for CMake and for everybody else; by itself, since who links it needs no other library.
  install(TARGETS margay_${part}_shared EXPORT margay-${part}-shared-targets)
  set_target_properties(margay_${part}_shared PROPERTIES EXPORT_NAME ${part}_shared)
  install(EXPORT margay-${part}-shared-targets NAMESPACE margay:: DESTINATION ${package_folder})
  configure_file(cmake/margay.pc.in ${PROJECT_BINARY_DIR}/margay-${part}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/margay-${part}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
configure_package_config_file(cmake/margay-config.cmake.in ${PROJECT_BINARY_DIR}/margay-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/margay-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/margay-config.cmake ${PROJECT_BINARY_DIR}/margay-config-version.cmake
              cmake/dependencies.cmake DESTINATION ${package_folder})
