# Library, program and test targets of the project.
#
# Every library exposes its own folders only: its include root is a directory of links made in the
# build tree. A file that includes a folder its target does not link therefore does not compile,
# which is what keeps the dependencies pointing one way.

set(DLFIX_INCLUDE_FARM ${CMAKE_BINARY_DIR}/include)

add_library(dlfix_options INTERFACE)
target_compile_options(dlfix_options INTERFACE -Wall -Wextra -Wpedantic -Werror
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized>
                       -Wno-error=deprecated-declarations)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms about lengths inside std::string (GCC bug 105651 and its kin).
  target_compile_options(dlfix_options INTERFACE -Wno-restrict -Wno-array-bounds
                         -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(DLFIX_SANITIZE)
  target_compile_options(dlfix_options INTERFACE -fsanitize=${DLFIX_SANITIZE}
                         -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(dlfix_options INTERFACE -fsanitize=${DLFIX_SANITIZE})
endif()

# dlfix_library(NAME FOLDERS trainer/spec ... SOURCES a.cpp ... LINK targets ... PRIVATE_LINK ... [HOT] [UNITY])
# HOT: has inner loops of its own, compiled at -O2 (the rest at -O1, which builds in two thirds of the time).
# UNITY: with DLFIX_UNITY, files are compiled eight at a time: most of the time goes into headers.
function(dlfix_library NAME)
  cmake_parse_arguments(ARG "HOT;UNITY" "" "FOLDERS;SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  foreach(FOLDER ${ARG_FOLDERS})
    get_filename_component(PARENT ${DLFIX_INCLUDE_FARM}/${NAME}/${FOLDER} DIRECTORY)
    file(MAKE_DIRECTORY ${PARENT})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${FOLDER} ${DLFIX_INCLUDE_FARM}/${NAME}/${FOLDER} SYMBOLIC)
  endforeach()
  target_include_directories(${NAME} PUBLIC ${DLFIX_INCLUDE_FARM}/${NAME})
  target_link_libraries(${NAME} PUBLIC ${ARG_LINK} PRIVATE dlfix_options ${ARG_PRIVATE_LINK})
  if(ARG_HOT)
    target_compile_options(${NAME} PRIVATE $<$<CONFIG:Release>:-O2>)
  endif()
  if(ARG_UNITY AND DLFIX_UNITY)
    set_target_properties(${NAME} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  dlfix_precompile(${NAME} ${ARG_SOURCES})
endfunction()

# Reading these headers takes longer than most of our files take to compile.
function(dlfix_precompile NAME)
  list(LENGTH ARGN COUNT)
  if(COUNT GREATER 2)
    target_precompile_headers(${NAME} PRIVATE <nlohmann/json.hpp> <fmt/format.h> <algorithm> <filesystem>
                              <functional> <map> <optional> <string> <vector>)
  endif()
endfunction()

# dlfix_program(NAME SOURCES ... LINK ...)
function(dlfix_program NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE dlfix_options ${ARG_LINK})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# dlfix_test(NAME SOURCES ... LINK ... LABEL unit|data|acceptance|gpu|live [WHOLE] [TIMEOUT s])
# In a unit test, suites whose name ends in Data carry the label data.
# WHOLE: one ctest entry for the binary (for binaries that are slow to load, such as LibTorch's).
function(dlfix_test NAME)
  cmake_parse_arguments(ARG "WHOLE" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE dlfix_options ${ARG_LINK} GTest::gtest GTest::gmock
                        GTest::gtest_main)
  target_compile_definitions(${NAME} PRIVATE DLFIX_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             DLFIX_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_include_directories(${NAME} PRIVATE ${DLFIX_INCLUDE_FARM}/tests)
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_options(${NAME} PRIVATE $<$<CONFIG:Release>:-O0>)
  list(LENGTH ARG_SOURCES COUNT)
  if(COUNT GREATER 2)
    target_precompile_headers(${NAME} PRIVATE <gtest/gtest.h> <nlohmann/json.hpp> <filesystem> <fstream>)
  endif()
  dlfix_register_tests(${NAME} "${ARG_LABEL}" "-*Data.*" ${ARG_TIMEOUT} "${ARG_WHOLE}")
  if(ARG_LABEL STREQUAL unit)
    dlfix_register_tests(${NAME} data "*Data.*" ${ARG_TIMEOUT} "${ARG_WHOLE}")
  endif()
endfunction()

# Registers the tests of a binary that the filter lets through under one label.
function(dlfix_register_tests NAME LABEL FILTER TIMEOUT WHOLE)
  set(PROPS LABELS "${LABEL}" TIMEOUT ${TIMEOUT})
  if(WHOLE)
    add_test(NAME ${NAME}.${LABEL} COMMAND ${NAME} --gtest_filter=${FILTER})
    set_tests_properties(${NAME}.${LABEL} PROPERTIES ${PROPS})
  else()
    gtest_discover_tests(${NAME} TEST_PREFIX "${NAME}." TEST_FILTER "${FILTER}"
                         TEST_LIST ${NAME}_${LABEL} PROPERTIES ${PROPS} DISCOVERY_TIMEOUT 60)
  endif()
endfunction()

# dlfix_test_on_gpu(NAME): the same tests once more on a GPU; skipped where LibTorch sees none.
function(dlfix_test_on_gpu NAME)
  add_test(NAME ${NAME}.gpu COMMAND ${NAME})
  set_tests_properties(${NAME}.gpu PROPERTIES LABELS gpu TIMEOUT 600 ENVIRONMENT DLFIX_TEST_DEVICE=cuda
                       SKIP_REGULAR_EXPRESSION "this LibTorch sees no such GPU")
endfunction()
