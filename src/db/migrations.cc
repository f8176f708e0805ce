#include "db/migrations.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "db/journal.h"
#include "db/sql_text.h"

namespace db {
namespace {

// A step that was taken, as the database remembers it.
struct TakenStep {
  std::int64_t number;
  std::string name;
  std::string hash;
  base::Time taken_at;
};
BOOST_DESCRIBE_STRUCT(TakenStep, (), (number, name, hash, taken_at))

constexpr std::string_view notes =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
    "hash TEXT NOT NULL, taken_at BIGINT NOT NULL)";

std::string called(std::int64_t number, std::string_view name) {
  return "step " + std::to_string(number) + " (" + std::string{name} + ") of the schema";
}

void check_order(std::span<const Migration> migrations) {
  int last = 0;
  for (const auto& migration : migrations) {
    if (migration.number <= last) {
      throw base::Error{base::ErrorCode::internal,
                        called(migration.number, migration.name) + " is out of order"};
    }
    last = migration.number;
  }
}

// What was taken must be the beginning of what is to be taken, and read the same.
void compare(const std::vector<TakenStep>& taken, std::span<const Migration> steps) {
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto known = std::ranges::find(steps, taken[i].number, &Migration::number);
    if (known == steps.end()) {
      throw base::Error{base::ErrorCode::unavailable,
                        "the database was made by a newer Certwright, which took " +
                            called(taken[i].number, taken[i].name) +
                            ": install that version or a later one, or restore a backup"};
    }
    if (known->number != steps[i].number) {
      throw base::Error{base::ErrorCode::internal, called(steps[i].number, steps[i].name) +
                                                       " was added before one that was taken"};
    }
    if (fingerprint(known->sql) != taken[i].hash) {
      throw base::Error{base::ErrorCode::internal,
                        called(known->number, known->name) +
                            " was changed after it was taken: write a new step instead"};
    }
  }
}

std::vector<TakenStep> taken_steps(Session& session) {
  return session.select<TakenStep>("FROM schema_migrations ORDER BY number");
}

void take(Session& session, const Migration& step) {
  try {
    for (const auto& statement : split_statements(step.sql)) {
      session.execute(statement);
    }
  } catch (const base::Error& error) {
    throw base::Error{error.code(), called(step.number, step.name) + " failed: " + error.what()};
  }
  session.insert("schema_migrations", TakenStep{step.number, std::string{step.name},
                                                fingerprint(step.sql), base::SystemClock{}.now()});
}

}  // namespace

void migrate(Database& database, std::span<const Migration> migrations) {
  check_order(migrations);
  std::vector<Migration> steps{{.number = 0, .name = "database", .sql = own_schema}};
  steps.insert(steps.end(), migrations.begin(), migrations.end());

  const bool postgresql = database.status().kind == "postgresql";
  const auth::Act act{.by = "system", .action = "database.migrate"};
  for (bool complete = false; !complete;) {
    const auto number = database.write(act, [&](Session& session) -> std::optional<int> {
      session.bookkeeping("the schema is the program's own");
      if (postgresql) {
        // One node at a time; a step may take longer, and wait longer, than a statement may.
        session.execute("SET LOCAL statement_timeout = 0");
        session.execute("SET LOCAL lock_timeout = 0");
        session.number("SELECT 1 FROM pg_advisory_xact_lock(7163384716338471)");
      }
      session.execute(notes);
      session.execute(pending_table);
      const auto taken = taken_steps(session);
      compare(taken, steps);
      if (taken.size() == steps.size()) {
        return std::nullopt;
      }
      take(session, steps[taken.size()]);
      return steps[taken.size()].number;
    });
    complete = !number;
    if (number) {
      base::log_info("schema step taken", {{"number", *number}});
    }
  }
}

}  // namespace db
