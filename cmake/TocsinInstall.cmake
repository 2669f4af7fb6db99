include(CMakePackageConfigHelpers)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tocsinConfig.cmake.in ${PROJECT_BINARY_DIR}/tocsinConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tocsin)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tocsinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tocsinConfig.cmake ${PROJECT_BINARY_DIR}/tocsinConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tocsin)
install(EXPORT tocsinTargets NAMESPACE tocsin:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tocsin)
