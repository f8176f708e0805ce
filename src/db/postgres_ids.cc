#include "db/postgres_ids.h"

namespace db {

constexpr std::int64_t block = 64;

std::int64_t PostgresIds::next(std::string_view name) {
  const std::lock_guard lock{mutex_};
  auto found = blocks_.find(name);
  if (found == blocks_.end()) {
    found = blocks_.emplace(name, Block{}).first;
  }
  auto& [next, end] = found->second;
  if (next == end) {
    end = take_block(name);
    next = end - block;
  }
  return next++;
}

std::int64_t PostgresIds::take_block(std::string_view name) {
  const Value values[] = {std::string{name}, block};
  for (bool fresh = connection_ == nullptr;; fresh = true) {
    if (fresh) {
      connection_ = std::make_unique<PostgresConnection>(address_);
    }
    try {
      std::int64_t end = 0;
      connection_
          ->run(
              "INSERT INTO id_counters (name, next) VALUES ($1, 1 + CAST($2 AS BIGINT)) "
              "ON CONFLICT (name) DO UPDATE SET next = id_counters.next + CAST($2 AS BIGINT) "
              "RETURNING next",
              values)
          .each([&](std::span<const Value> row) { end = std::get<std::int64_t>(row[0]); });
      return end;
    } catch (const base::Error&) {
      // A block that was taken although the answer was lost stays unused, which does no harm.
      const bool broken = connection_->broken();
      if (broken) {
        connection_.reset();
      }
      if (!broken || fresh) {
        throw;
      }
    }
  }
}

}  // namespace db
