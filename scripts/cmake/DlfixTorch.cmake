# dlfix_torch: the LibTorch that the trainer is built with.
#
# By default the system's. -DDLFIX_TORCH=FOLDER takes another: an unpacked LibTorch archive, or the
# `torch` folder of an installed PyTorch wheel. A LibTorch that was built with CUDA refuses
# find_package(Torch) on machines without the CUDA toolkit; there its libtorch_cpu and libc10 are
# linked directly, and the worker loads its CUDA part when it starts, where there is one.
include_guard(GLOBAL)

add_library(dlfix_torch INTERFACE)
# LibTorch 2 brings headers of an fmt of its own along, which find no library of theirs.
target_compile_definitions(dlfix_torch INTERFACE FMT_HEADER_ONLY)

# Does find_package(Torch) work on this machine, and give that folder's libraries alone? Its failure is
# fatal, so another CMake is asked.
function(dlfix_can_find_torch FOLDER RESULT)
  set(PROBE ${CMAKE_BINARY_DIR}/torch-probe)
  file(WRITE ${PROBE}/CMakeLists.txt
       "cmake_minimum_required(VERSION 3.24)\nproject(probe CXX)\n"
       "set(Caffe2_DIR \"${FOLDER}/share/cmake/Caffe2\")\n"
       "find_package(Torch REQUIRED PATHS \"${FOLDER}\" NO_DEFAULT_PATH)\n"
       "if(\"\${TORCH_LIBRARIES}\" MATCHES NOTFOUND)\n"
       "  message(FATAL_ERROR \"incomplete: \${TORCH_LIBRARIES}\")\nendif()\n")
  execute_process(COMMAND ${CMAKE_COMMAND} -G ${CMAKE_GENERATOR} -S ${PROBE} -B ${PROBE}/build
                  RESULT_VARIABLE FAILED OUTPUT_QUIET ERROR_QUIET)
  if(FAILED)
    set(${RESULT} FALSE PARENT_SCOPE)
  else()
    set(${RESULT} TRUE PARENT_SCOPE)
  endif()
endfunction()

# Links what find_package(Torch ...) finds. A macro: the package's variables are needed here.
macro(dlfix_use_torch_package)
  find_package(Torch REQUIRED GLOBAL ${ARGN})
  target_link_libraries(dlfix_torch INTERFACE ${TORCH_LIBRARIES})
  target_include_directories(dlfix_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  separate_arguments(DLFIX_TORCH_FLAGS UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(dlfix_torch INTERFACE ${DLFIX_TORCH_FLAGS})
  message(STATUS "LibTorch: ${Torch_DIR}")
endmacro()

function(dlfix_use_torch_libraries FOLDER)
  foreach(NAME torch_cpu c10)
    find_library(DLFIX_LIB_${NAME} ${NAME} PATHS ${FOLDER}/lib NO_DEFAULT_PATH NO_CACHE)
    if(NOT DLFIX_LIB_${NAME})
      message(FATAL_ERROR "DLFIX_TORCH=${FOLDER} has no lib/lib${NAME}.so. Give the folder of an "
                          "unpacked LibTorch, or the `torch` folder of an installed PyTorch.")
    endif()
    add_library(dlfix_lib_${NAME} SHARED IMPORTED GLOBAL)
    set_target_properties(dlfix_lib_${NAME} PROPERTIES IMPORTED_LOCATION ${DLFIX_LIB_${NAME}})
    target_link_libraries(dlfix_torch INTERFACE dlfix_lib_${NAME})
  endforeach()
  target_include_directories(dlfix_torch SYSTEM INTERFACE
                             ${FOLDER}/include ${FOLDER}/include/torch/csrc/api/include)
  # Its CUDA libraries lie in folders of their own, which libtorch_cpu itself knows.
  target_link_options(dlfix_torch INTERFACE -Wl,--allow-shlib-undefined)
  target_compile_definitions(dlfix_torch INTERFACE DLFIX_TORCH_CUDA_AT_RUN_TIME)
  set_property(TARGET dlfix_torch PROPERTY DLFIX_RUN_PATH ${FOLDER}/lib)
  message(STATUS "LibTorch: ${FOLDER} (libtorch_cpu and libc10, without its package)")
endfunction()

if(NOT DLFIX_TORCH)
  dlfix_use_torch_package()
else()
  get_filename_component(DLFIX_TORCH_FOLDER ${DLFIX_TORCH} ABSOLUTE)
  # Asked once per build tree and folder: it takes seconds.
  if(NOT DLFIX_TORCH_PROBED STREQUAL DLFIX_TORCH_FOLDER)
    dlfix_can_find_torch(${DLFIX_TORCH_FOLDER} DLFIX_FOUND)
    set(DLFIX_TORCH_PACKAGE_WORKS ${DLFIX_FOUND} CACHE INTERNAL "find_package(Torch) works")
    set(DLFIX_TORCH_PROBED ${DLFIX_TORCH_FOLDER} CACHE INTERNAL "folder that was tried")
  endif()
  if(DLFIX_TORCH_PACKAGE_WORKS)
    # Else its package takes the system's Caffe2 where there is one.
    set(Caffe2_DIR ${DLFIX_TORCH_FOLDER}/share/cmake/Caffe2)
    dlfix_use_torch_package(PATHS ${DLFIX_TORCH_FOLDER} NO_DEFAULT_PATH)
  else()
    dlfix_use_torch_libraries(${DLFIX_TORCH_FOLDER})
  endif()
endif()
