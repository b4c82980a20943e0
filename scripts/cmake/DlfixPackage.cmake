# cpack -G DEB in the build folder makes dlfix-agent_VERSION_ARCH.deb (scripts/package does it and asks lintian).
set(DLFIX_DOC ${CMAKE_INSTALL_DATADIR}/doc/dlfix-agent)
file(STRINGS ${CMAKE_SOURCE_DIR}/LICENSE DLFIX_LICENSE_LINES)
list(SUBLIST DLFIX_LICENSE_LINES 4 -1 DLFIX_LICENSE_LINES)  # title and copyright stand elsewhere in that format
set(DLFIX_TERMS "")
foreach(LINE IN LISTS DLFIX_LICENSE_LINES)
  if(LINE STREQUAL "")
    set(LINE .)
  endif()
  string(APPEND DLFIX_TERMS " ${LINE}\n")
endforeach()
string(TIMESTAMP DLFIX_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/copyright.in ${CMAKE_BINARY_DIR}/package/copyright @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/changelog.in ${CMAKE_BINARY_DIR}/package/changelog @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/package/dlfix-agent.1.in ${CMAKE_BINARY_DIR}/package/dlfix-agent.1 @ONLY)
find_program(DLFIX_GZIP gzip)
if(NOT DLFIX_GZIP)
  return()
endif()
foreach(FILE changelog dlfix-agent.1)
  execute_process(COMMAND ${DLFIX_GZIP} -9nkf ${CMAKE_BINARY_DIR}/package/${FILE})
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/package/copyright ${CMAKE_BINARY_DIR}/package/changelog.gz DESTINATION ${DLFIX_DOC}
        COMPONENT package)
install(FILES ${CMAKE_BINARY_DIR}/package/dlfix-agent.1.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/man/man1)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dlfix-agent)
set(CPACK_PACKAGE_CONTACT "The dlfix-agent authors <maintainers@dlfix-agent.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "finds and repairs faults in Keras training programs")
set(CPACK_PACKAGE_DESCRIPTION "Takes a Keras training program that runs but underperforms, and
returns a patch that is proven better by retraining. Localises faults by
published rules and by language models, compares repair techniques, and
serves editors.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "python3, python3-numpy")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "bubblewrap, libopenblas0, python3-sklearn, python3-pandas")
include(CPack)
