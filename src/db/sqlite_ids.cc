#include "db/sqlite_ids.h"

#include <algorithm>

namespace db {

constexpr std::int64_t block = 64;

std::int64_t SqliteIds::next(std::string_view name) {
  auto found = counters_.find(name);
  if (found == counters_.end()) {
    found = counters_.emplace(name, Counter{}).first;
  }
  auto& counter = found->second;
  if (counter.next == counter.end) {
    // Another program may have drawn from the table since.
    const Value values[] = {std::string{name}};
    const auto free = connection_.number("SELECT next FROM id_counters WHERE name = $1", values);
    counter.next = std::max(free, counter.end);
    counter.end = counter.next + block;
    counter.unsaved = true;
    unsaved_ = true;
  }
  return counter.next++;
}

void SqliteIds::save() {
  for (const auto& [name, counter] : counters_) {
    if (counter.unsaved) {
      const Value values[] = {name, counter.end};
      connection_.change(
          "INSERT INTO id_counters (name, next) VALUES ($1, $2) "
          "ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next)",
          values);
    }
  }
}

void SqliteIds::committed() {
  if (unsaved_) {
    for (auto& [name, counter] : counters_) {
      counter.unsaved = false;
    }
    unsaved_ = false;
  }
}

void SqliteIds::rolled_back() {
  for (auto& [name, counter] : counters_) {
    if (counter.unsaved) {
      counter.next = counter.end;  // the next block begins behind it
    }
  }
}

}  // namespace db
