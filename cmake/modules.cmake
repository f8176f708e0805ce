# The precompiled header that all modules share. A target of its own, since the header is only
# usable where every macro that it was compiled with is defined.
file(WRITE ${CMAKE_BINARY_DIR}/pch.cc.new "")
file(COPY_FILE ${CMAKE_BINARY_DIR}/pch.cc.new ${CMAKE_BINARY_DIR}/pch.cc ONLY_IF_DIFFERENT)
add_library(pch STATIC ${CMAKE_BINARY_DIR}/pch.cc)
target_precompile_headers(pch PUBLIC ${CMAKE_SOURCE_DIR}/src/base/pch.h)
target_link_libraries(pch PUBLIC Boost::json)

function(use_pch target)
  target_link_libraries(${target} PRIVATE pch)
  target_precompile_headers(${target} REUSE_FROM pch)
endfunction()

# module(NAME DEPENDS a b LINKS Foo::foo)
#
# Declares the folder that it is called from as a library, from all its sources. DEPENDS are the
# modules whose headers it may include (tools/check_includes.py holds them to it); LINKS are
# libraries from outside, SOURCES generated files. With CERTWRIGHT_TESTS, x_test.cc and x_pgtest.cc become NAME_test.
function(module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINKS;TEST_DEPENDS;SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(pg)?test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_(pg)?test\\.cc$")

  add_library(${name} STATIC ${sources} ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LINKS})
  use_pch(${name})

  if(CERTWRIGHT_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${ARG_TEST_DEPENDS} ${ARG_LINKS} GTest::gtest GTest::gtest_main)
    use_pch(${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()
