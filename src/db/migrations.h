#pragma once

#include <span>
#include <string_view>

#include "db/database.h"

namespace db {

// A numbered step of the schema: forward only, never changed once released.
struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;  // statements, each ended by a semicolon at the end of a line
};

// Brings the schema up to date, each step in one transaction with the note that it was taken. Of
// several nodes that start at once, one migrates and the others wait. Throws when the database is
// newer than the program, or when a step that was taken reads differently today.
void migrate(Database& database, std::span<const Migration> migrations);

}  // namespace db
