#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/value.h"

// Reading SQL text as far as both drivers need it: what is a literal, a comment or a word.
namespace db {

// The text as SQLite takes it: $n becomes ?n, since SQLite numbers $n by first appearance;
// COLLATE "C" becomes COLLATE BINARY, which compares the same bytes; BIGINT PRIMARY KEY becomes
// INTEGER PRIMARY KEY, and a table with a PRIMARY KEY (of, several) columns and without BYTEA gets
// WITHOUT ROWID, which spare the table a second tree.
std::string for_sqlite(std::string_view sql);

// The statements of a script, each ended by a semicolon at the end of a line (or of the script).
// Semicolons in literals, dollar quotes and comments do not count.
std::vector<std::string> split_statements(std::string_view script);

// Throws invalid_request when a text value is not UTF-8 or has a NUL: PostgreSQL could not keep
// it, so SQLite does not either.
void check_storable(std::span<const Value> values);

// The text with what cannot be stored replaced, cut to so many bytes at the start of a character.
std::string storable(std::string_view text, std::size_t most);

// 64-bit FNV-1a in hexadecimal: tells texts apart, but not against somebody's will.
std::string fingerprint(std::string_view text);

}  // namespace db
