#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/caller.h"
#include "db/database.h"

namespace db {

// What one writing work said that it did.
class Journal {
 public:
  Journal(const auth::Act& act, base::Time now) : act_{act}, now_{now} {}

  void keep(std::string_view type, std::int64_t id, std::string_view name, std::string details,
            bool success);
  void bookkeeping() { bookkeeping_ = true; }

  // Nothing was said yet.
  bool is_silent() const { return entries_.empty() && !bookkeeping_; }

  // Throws when the work changed rows and said nothing about it.
  void check(bool changed_rows) const;

  std::vector<Entry>& entries() { return entries_; }

 private:
  const auth::Act& act_;
  base::Time now_;
  std::vector<Entry> entries_;
  bool bookkeeping_ = false;
};

// The columns of the audit log, and the values of one entry in their order.
const std::string& audit_columns();
inline constexpr std::size_t audit_column_count = 13;
void append_values(std::vector<Value>& values, const Entry& entry);

// Entries wait here until the transparency log has taken them in. What writes an entry writes its
// id here, in the same transaction.
extern const std::string_view pending_table;

// "INSERT INTO table (columns) VALUES ($1, $2), ($3, $4)": so many rows at once.
std::string audit_insert(std::size_t entries);
std::string pending_insert(std::size_t entries);

// The tables of this folder: step 0 of every schema.
extern const std::string_view own_schema;

}  // namespace db
