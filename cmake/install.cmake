# Installs programs, headers and libraries, and what find_package(margay) needs.
include(CMakePackageConfigHelpers)

install(TARGETS margay)
if(MARGAY_TRAIN)
  install(TARGETS margay-train DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/margay)
endif()

# Public headers: everything beside the sources but what includes libtorch or belongs to one library's folder alone.
install(DIRECTORY margay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h"
        PATTERN "margay/engine" EXCLUDE)

set(exported_targets margay_base margay_dnnl)
if(MARGAY_TRAIN)
  list(APPEND exported_targets margay_train)
endif()
install(TARGETS ${exported_targets} EXPORT margay-targets)
set_target_properties(margay_base PROPERTIES EXPORT_NAME margay)
if(MARGAY_TRAIN)
  set_target_properties(margay_train PROPERTIES EXPORT_NAME train)
endif()
install(EXPORT margay-targets NAMESPACE margay:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/margay)

configure_package_config_file(cmake/margay-config.cmake.in ${PROJECT_BINARY_DIR}/margay-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/margay)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/margay-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/margay-config.cmake ${PROJECT_BINARY_DIR}/margay-config-version.cmake
              cmake/dependencies.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/margay)
