# embed_migrations(FOLDER OUTPUT): writes a source file that holds all 0001_name.sql of a folder
# as storage::migrations().
function(embed_migrations folder output)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  list(SORT files)
  set(entries "")
  foreach(file ${files})
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX MATCH "^([0-9]+)_(.+)$" matched ${stem})
    math(EXPR number "${CMAKE_MATCH_1}")
    set(name ${CMAKE_MATCH_2})
    file(READ ${file} text)
    string(APPEND entries "    {${number}, \"${name}\", R\"sql(${text})sql\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"#include \"storage/migrations.h\"

namespace storage {

std::span<const db::Migration> migrations() {
  static constexpr db::Migration all[] = {
@entries@  };
  return all;
}

}  // namespace storage
")
endfunction()
