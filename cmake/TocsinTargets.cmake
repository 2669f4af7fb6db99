# One function makes a library, one a test program: flags, header sets and export are decided here and nowhere else.

function(tocsin_compile_flags target)
  # -ffp-contract=off: a fused multiply-add would give other bits on machines that have it (docs/determinism.md).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -ffp-contract=off)
  # g++ 12 warns wrongly about std::string operator+ (GCC bugs 105329 and 105651).
  target_compile_options(${target} PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow>")
  if(TOCSIN_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(TOCSIN_BUILD_FUZZERS)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
                           -fno-omit-frame-pointer -g1)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
  if(TOCSIN_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
endfunction()

# tocsin_precompile(target [headers...]): what nearly all of its sources include, parsed once; most of a build's time goes
# into such headers. A public header that forgets an include is found where each is compiled alone, a source by
# `./dev check`, which builds without.
function(tocsin_precompile target)
  if(NOT TOCSIN_PRECOMPILE OR TOCSIN_BUILD_FUZZERS)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <cmath> <cstdint> <functional> <limits> <map> <memory>
                            <optional> <span> <string> <string_view> <vector> ${ARGN})
  # ccache asks for it.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endfunction()

# tocsin_library(name BASE <folder> [PUBLIC targets...] [PRIVATE targets...])
# Takes every .cpp and .hpp below BASE/tocsin; headers are installed and each is compiled alone by the target
# all_verify_interface_header_sets.
function(tocsin_library name)
  cmake_parse_arguments(arg "" "BASE" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${arg_BASE}/tocsin/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${arg_BASE}/tocsin/*.hpp)
  add_library(tocsin_${name} STATIC ${sources})
  add_library(tocsin::${name} ALIAS tocsin_${name})
  set_target_properties(tocsin_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON
                        VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(tocsin_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${arg_BASE} FILES ${headers})
  target_compile_features(tocsin_${name} PUBLIC cxx_std_20)
  target_link_libraries(tocsin_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  tocsin_compile_flags(tocsin_${name})
  tocsin_precompile(tocsin_${name} <fmt/format.h>)
  install(TARGETS tocsin_${name} EXPORT tocsinTargets FILE_SET HEADERS
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# tocsin_test(name [LABELS ...] [LINK targets...]): every .cpp in the calling folder becomes one GoogleTest program.
function(tocsin_test name)
  cmake_parse_arguments(arg "" "" "LABELS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE ${arg_LINK} tocsin_source_dir GTest::gtest_main)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  tocsin_compile_flags(test_${name})
  # What a test does itself is small; the libraries are built as users have them.
  target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  tocsin_precompile(test_${name} <gtest/gtest.h>)
  # FetchContent-free and quick: discovery runs at test time, so that a failing program does not fail the build.
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${arg_LABELS}")
endfunction()
