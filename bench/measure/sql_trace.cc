// Loaded before SQLite by the dynamic linker: writes each statement that a program runs, with its
// values and its nanoseconds, to the file named by SQL_TRACE_FILE.
#include <dlfcn.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

namespace {

std::FILE* trace_file() {
  static std::FILE* const file = std::fopen(std::getenv("SQL_TRACE_FILE"), "a");
  return file;
}

int on_profile(unsigned /*event*/, void* /*context*/, void* statement, void* nanoseconds) {
  if (char* sql = sqlite3_expanded_sql(static_cast<sqlite3_stmt*>(statement))) {
    std::fprintf(trace_file(), "%lld\t%s%c", *static_cast<sqlite3_int64*>(nanoseconds), sql, '\0');
    std::fflush(trace_file());
    sqlite3_free(sql);
  }
  return 0;
}

}  // namespace

extern "C" int sqlite3_open_v2(const char* name, sqlite3** database, int flags, const char* vfs) {
  using Open = int (*)(const char*, sqlite3**, int, const char*);
  static const auto open = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "sqlite3_open_v2"));
  const int status = open(name, database, flags, vfs);
  if (status == SQLITE_OK) {
    sqlite3_trace_v2(*database, SQLITE_TRACE_PROFILE, on_profile, nullptr);
  }
  return status;
}
