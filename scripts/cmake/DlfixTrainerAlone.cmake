# -DDLFIX_PARTS=trainer: the trainer, its tests and its bench with LibTorch, nlohmann/json and GoogleTest alone.
#
# What else is installed is used; what is not has a stand-in: LibTorch brings fmt's headers along, SHA-256 is one of
# our own (plain_sha256.h), and what reads gzip or a command line is left out. DLFIX_DEPENDENCIES names a folder
# with include/nlohmann and googletest (sources) for machines that lack those too; `scripts/gpu pack` makes one.
set(DLFIX_DEPENDENCIES "" CACHE PATH "Folder with include/nlohmann and googletest, where they are not installed")

find_package(Threads REQUIRED)
find_package(OpenSSL QUIET)
find_package(ZLIB QUIET)
find_package(CLI11 QUIET)

# Adds an interface target for headers in a folder, if they are there.
function(dlfix_headers TARGET FOLDER HEADER)
  if(NOT EXISTS ${FOLDER}/${HEADER})
    message(FATAL_ERROR "${HEADER} is neither installed nor in ${FOLDER}. Install it, or name a folder that has it "
                        "with -DDLFIX_DEPENDENCIES (scripts/gpu pack makes one).")
  endif()
  add_library(${TARGET} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${TARGET} INTERFACE ${FOLDER})
endfunction()

find_package(nlohmann_json 3.11 QUIET)
if(NOT nlohmann_json_FOUND)
  dlfix_headers(nlohmann_json::nlohmann_json "${DLFIX_DEPENDENCIES}/include" nlohmann/json.hpp)
endif()

find_package(fmt QUIET)
if(NOT fmt_FOUND)
  # A folder with fmt alone: a library that does not link LibTorch must not see its headers.
  set(FMT_FARM ${CMAKE_BINARY_DIR}/fmt)
  file(MAKE_DIRECTORY ${FMT_FARM})
  file(CREATE_LINK ${DLFIX_TORCH}/include/fmt ${FMT_FARM}/fmt SYMBOLIC)
  dlfix_headers(fmt::fmt ${FMT_FARM} fmt/format.h)
  target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
endif()

if(DLFIX_BUILD_TESTS)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    if(NOT EXISTS ${DLFIX_DEPENDENCIES}/googletest/CMakeLists.txt)
      message(FATAL_ERROR "GoogleTest is neither installed nor in DLFIX_DEPENDENCIES (scripts/gpu pack puts it there).")
    endif()
    set(INSTALL_GTEST OFF)
    add_subdirectory(${DLFIX_DEPENDENCIES}/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  endif()
endif()

add_subdirectory(trainer)
if(DLFIX_BUILD_TESTS)
  file(MAKE_DIRECTORY ${DLFIX_INCLUDE_FARM}/tests)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/tests ${DLFIX_INCLUDE_FARM}/tests/tests SYMBOLIC)
  add_subdirectory(tests/trainer)
endif()
if(DLFIX_BUILD_BENCHMARKS)
  add_subdirectory(tests/bench)
endif()
