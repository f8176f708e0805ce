#include "db/sql_text.h"

#include <gtest/gtest.h>

namespace db {
namespace {

TEST(SqlText, IsRewrittenForSqliteOutsideOfLiteralsOnly) {
  const struct {
    const char* sql;
    const char* rewritten;
  } cases[] = {
      {"SELECT $1, $12 WHERE a = '$1''$2' AND \"$3\" = $2",
       "SELECT ?1, ?12 WHERE a = '$1''$2' AND \"$3\" = ?2"},
      {"SELECT 1 -- $1 'x\n, $1 /* $2 ' */", "SELECT 1 -- $1 'x\n, ?1 /* $2 ' */"},
      {"create table a (id bigint\n primary key, n BIGINT)",
       "create table a (id INTEGER\n primary key, n BIGINT)"},
      {"CREATE TABLE a (b BIGINT, PRIMARY KEY (b))", "CREATE TABLE a (b BIGINT, PRIMARY KEY (b))"},
      {"CREATE TABLE a (b BIGINT, c TEXT, PRIMARY KEY (b, c))",
       "CREATE TABLE a (b BIGINT, c TEXT, PRIMARY KEY (b, c)) WITHOUT ROWID"},
      {"CREATE TABLE a (b BIGINT, c BYTEA, PRIMARY KEY (b, c))",
       "CREATE TABLE a (b BIGINT, c BYTEA, PRIMARY KEY (b, c))"},
      {"SELECT 'BIGINT PRIMARY KEY', bigint primary",
       "SELECT 'BIGINT PRIMARY KEY', bigint primary"},
      {"ORDER BY a COLLATE \"C\", \"C\"", "ORDER BY a COLLATE BINARY, \"C\""},
      {"SELECT '$1", "SELECT '$1"},
      {"", ""},
  };
  for (const auto& [sql, rewritten] : cases) {
    EXPECT_EQ(for_sqlite(sql), rewritten);
  }
}

TEST(SqlText, IsSplitAtSemicolonsThatEndALine) {
  EXPECT_EQ(split_statements(
                "-- first; not this\nA 'x;\n' ;\n\n  B $$;\n$$; C;  \n/*;\n*/ D $q$ $$;\n $q$"),
            (std::vector<std::string>{"A 'x;\n' ", "B $$;\n$$; C", "D $q$ $$;\n $q$"}));
  EXPECT_EQ(split_statements("A; -- a remark\nB;"), (std::vector<std::string>{"A", "B"}));
  EXPECT_TRUE(split_statements(" \n;\n-- nothing\n;\n").empty());
}

TEST(SqlText, IsMadeStorableWithoutBreakingACharacter) {
  EXPECT_EQ(storable("a\xc3\xbc\xf0\x9f\x94\x91", 100), "a\xc3\xbc\xf0\x9f\x94\x91");
  EXPECT_EQ(storable("a\xc3\xbc\xf0\x9f\x94\x91", 6), "a\xc3\xbc");
  EXPECT_EQ(storable(std::string_view{"a\0b", 3}, 100),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(storable("\xff\xc3", 100), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(storable("abc", 0), "");
}

TEST(SqlText, HasTheFingerprintThatFnvDefines) {
  EXPECT_EQ(fingerprint(""),
            "cbf29ce484222325");  // draft-eastlake-fnv, section 8.2 and its vectors
  EXPECT_EQ(fingerprint("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(fingerprint("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace db
