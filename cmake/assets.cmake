# embed_assets(TARGET NAME DIRECTORY)
#
# Puts all files below DIRECTORY into TARGET, as they are and compressed with brotli and gzip, and
# defines http::NAME_files() (see http/assets.h). A directory that does not exist, or is empty,
# gives an empty list. Files that come, change or go are picked up by the next build.
#
# The bytes get in by .incbin, so that the compiler never reads them. This file is also the script
# that the build runs for it.

if(CMAKE_SCRIPT_MODE_FILE)
  # With -DNAME, -DDIRECTORY, -DOUT (a directory).
  set(compressible "\\.(html|js|mjs|css|svg|json|txt|webmanifest|ico|map|wasm)$")
  file(GLOB_RECURSE files RELATIVE ${DIRECTORY} ${DIRECTORY}/*)
  list(SORT files)
  file(MAKE_DIRECTORY ${OUT})
  set(blobs "")
  set(entries "")
  set(count 0)

  # Adds one blob; sets `view` to the C++ expression for it.
  macro(add_blob path)
    set(symbol "embedded_${NAME}_${count}")
    math(EXPR count "${count} + 1")
    file(SIZE ${path} size)
    string(APPEND blobs "asm(\".section .rodata\\n.balign 16\\n${symbol}:\\n.incbin \\\"${path}\\\"\\n.previous\");\n"
                        "extern \"C\" const char ${symbol}[];\n")
    set(view "{${symbol}, ${size}}")
  endmacro()

  # Keeps a compressed form that saves something; sets `view`.
  macro(add_compressed path)
    file(SIZE ${path} compressed_size)
    if(compressed_size LESS identity_size)
      add_blob(${path})
    else()
      set(view "{}")
    endif()
  endmacro()

  foreach(file ${files})
    # From a copy: the console may be built anew before the compiler gets to this.
    set(new ${OUT}/copy)
    file(COPY_FILE ${DIRECTORY}/${file} ${new})
    file(SHA256 ${new} hash)
    string(SUBSTRING ${hash} 0 20 tag)
    set(path ${OUT}/${hash})
    file(RENAME ${new} ${path})
    file(SIZE ${path} identity_size)
    add_blob(${path})
    set(identity "${view}")
    set(gzip "{}")
    set(brotli "{}")
    if(file MATCHES "${compressible}" AND identity_size GREATER 200)
      # Compressing at the highest level takes a while: done once per content.
      if(NOT EXISTS ${path}.br)
        execute_process(COMMAND ${BROTLI} -f -q 11 -o ${path}.br.new ${path} COMMAND_ERROR_IS_FATAL ANY)
        file(RENAME ${path}.br.new ${path}.br)
      endif()
      if(NOT EXISTS ${path}.gz)
        execute_process(COMMAND ${GZIP} -9 -n -c ${path} OUTPUT_FILE ${path}.gz.new COMMAND_ERROR_IS_FATAL ANY)
        file(RENAME ${path}.gz.new ${path}.gz)
      endif()
      add_compressed(${path}.gz)
      set(gzip "${view}")
      add_compressed(${path}.br)
      set(brotli "${view}")
    endif()
    string(APPEND entries "    {.path = \"/${file}\",\n     .etag = \"\\\"${tag}\\\"\",\n     .identity = ${identity},\n"
                          "     .gzip = ${gzip},\n     .brotli = ${brotli}},\n")
  endforeach()

  if(count EQUAL 0)
    set(body "  return {};\n")
  else()
    set(body "  static const EmbeddedFile files[] = {\n${entries}  };\n  return files;\n")
  endif()
  file(WRITE ${OUT}/${NAME}_files.cc
       "#include \"http/assets.h\"\n\n${blobs}\nnamespace http {\n\n"
       "std::span<const EmbeddedFile> ${NAME}_files() {\n${body}}\n\n}  // namespace http\n")
  return()
endif()

find_program(BROTLI brotli REQUIRED)
find_program(GZIP gzip REQUIRED)
set(embed_assets_script ${CMAKE_CURRENT_LIST_FILE})

function(embed_assets target name directory)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${directory}/*)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name})
  # The list itself is a dependency: a file that goes leaves nothing newer behind.
  file(GENERATE OUTPUT ${out}.list CONTENT "${files}\n")
  add_custom_command(
    OUTPUT ${out}/${name}_files.cc
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DDIRECTORY=${directory} -DOUT=${out} -DBROTLI=${BROTLI} -DGZIP=${GZIP}
            -P ${embed_assets_script}
    DEPENDS ${files} ${out}.list ${embed_assets_script}
    COMMENT "Embedding ${name}"
    VERBATIM)
  set_source_files_properties(${out}/${name}_files.cc PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${target} PRIVATE ${out}/${name}_files.cc)
endfunction()
