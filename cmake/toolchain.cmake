# Compiler cache, linker, warnings and sanitizers: the same for every target.

find_program(CCACHE ccache)
if(CCACHE)
  # The sloppiness is what ccache needs to cache files that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Werror $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> -Wnon-virtual-dtor -Woverloaded-virtual
                    -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12 in inlined standard library code, at -O2 and with the sanitizers.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
                      -Wno-stringop-overread -Wno-dangling-pointer -Wno-missing-field-initializers -fpch-preprocess)
  add_link_options(-fuse-ld=mold)
else()
  # stable_sort of libstdc++ 12 uses what C++17 deprecated.
  add_compile_options(-Wno-missing-field-initializers -Wno-deprecated-declarations)
endif()

if(CERTWRIGHT_SANITIZE)
  add_compile_options(-fsanitize=${CERTWRIGHT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CERTWRIGHT_SANITIZE})
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Half the time to compile, and the tests wait for databases and other programs anyway.
  add_compile_options(-O0 -g1)
else()
  add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE)
  add_link_options(-pie -Wl,-z,relro,-z,now)
endif()

add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_USE_STD_STRING_VIEW
                        CERTWRIGHT_VERSION="${PROJECT_VERSION}")
