#include "storage/audit_store.h"

#include "storage/text_range.h"

namespace storage {
namespace {

constexpr std::int64_t count_limit = 10'000;

// Ids grow with time, but a span of time is found by its own index only.
bool is_by_time(const AuditFilter& filter) {
  return (filter.from || filter.before) && !filter.username && !filter.action &&
         !filter.resource_type;
}

void add_conditions(db::Query& query, const AuditFilter& filter) {
  if (filter.username) {
    query.add(" AND username = ", *filter.username);
  }
  if (filter.action) {
    query.add(" AND action = ", *filter.action);
  }
  if (filter.resource_type) {
    query.add(" AND resource_type = ", *filter.resource_type);
  }
  if (filter.resource_id) {
    query.add(" AND resource_id = ", *filter.resource_id);
  }
  if (filter.success) {
    query.add(*filter.success ? " AND success" : " AND NOT success");  // as the index says it
  }
  if (filter.from) {
    query.add(" AND at >= ", *filter.from);
  }
  if (filter.before) {
    query.add(" AND at < ", *filter.before);
  }
  if (filter.before_id && filter.before_at && is_by_time(filter)) {
    query.add(" AND at <= ", *filter.before_at)
        .add(" AND (at < ", *filter.before_at)
        .add(" OR id < ", *filter.before_id)
        .add(")");
  } else if (filter.before_id) {
    query.add(" AND id < ", *filter.before_id);
  }
  if (!filter.action_from.empty()) {
    query.add(" AND action >= ", filter.action_from)
        .add(" AND action < ", end_of_prefix(filter.action_from));
  }
  if (!filter.search.empty()) {
    query.add(" AND resource_name >= ", filter.search)
        .add(" AND resource_name < ", end_of_prefix(filter.search));
  }
}

}  // namespace

std::optional<db::Entry> AuditStore::find(std::int64_t id) const {
  return session_.select_one<db::Entry>("FROM audit_log WHERE id = $1", id);
}

std::vector<db::Entry> AuditStore::list(const AuditFilter& filter, std::int64_t offset,
                                        int limit) const {
  db::Query query{"FROM audit_log WHERE TRUE"};
  add_conditions(query, filter);
  query
      .add(is_by_time(filter) ? " ORDER BY at DESC, id DESC LIMIT " : " ORDER BY id DESC LIMIT ",
           limit)
      .add(" OFFSET ", offset);
  return session_.select<db::Entry>(query);
}

std::int64_t AuditStore::count(const AuditFilter& filter) const {
  db::Query query{"SELECT COUNT(*) FROM (SELECT 1 FROM audit_log WHERE TRUE"};
  add_conditions(query, filter);
  query.add(" LIMIT ", count_limit).add(") AS found");
  return session_.number(query);
}

std::optional<db::Entry> AuditStore::last_of(std::string_view resource_type,
                                             std::string_view name) const {
  return session_.select_one<db::Entry>(
      "FROM audit_log WHERE resource_type = $1 AND resource_id = 1 AND resource_name = $2 AND "
      "success = TRUE ORDER BY id DESC LIMIT 1",
      resource_type, name);
}

std::optional<base::Time> AuditStore::oldest() const {
  return time_of("SELECT at FROM audit_log ORDER BY at, id LIMIT 1");
}

std::optional<base::Time> AuditStore::newest() const {
  return time_of("SELECT at FROM audit_log ORDER BY at DESC, id DESC LIMIT 1");
}

std::optional<base::Time> AuditStore::time_of(std::string_view query) const {
  std::optional<base::Time> time;
  session_.each(query, [&](std::span<const db::Value> row) {
    time = db::from_value<base::Time>(row[0], "at");
  });
  return time;
}

std::vector<std::string> AuditStore::actions() const {
  // Jumps from one action to the next in the index instead of reading all of it.
  std::vector<std::string> actions;
  session_.each(
      "WITH RECURSIVE distinct_actions(action) AS (SELECT MIN(action) FROM audit_log UNION ALL "
      "SELECT (SELECT MIN(action) FROM audit_log WHERE action > distinct_actions.action) "
      "FROM distinct_actions WHERE distinct_actions.action IS NOT NULL) "
      "SELECT action FROM distinct_actions WHERE action IS NOT NULL",
      [&](std::span<const db::Value> row) { actions.push_back(std::get<std::string>(row[0])); });
  return actions;
}

std::vector<NamedCount> AuditStore::top_users(base::Time from, int limit) const {
  std::vector<NamedCount> counts;
  session_.each(
      "SELECT username, COUNT(*) FROM (SELECT username FROM audit_log WHERE at >= $1 "
      "ORDER BY at DESC, id DESC LIMIT $2) AS recent "
      "GROUP BY username ORDER BY COUNT(*) DESC, username LIMIT $3",
      [&](std::span<const db::Value> row) {
        counts.push_back({std::get<std::string>(row[0]), std::get<std::int64_t>(row[1])});
      },
      from, count_limit, limit);
  return counts;
}

std::vector<DailyCount> AuditStore::daily(std::int64_t first_day) const {
  std::vector<DailyCount> counts;
  session_.each(
      "SELECT day, action, success, CAST(SUM(entries) AS BIGINT) FROM ("
      "SELECT day, action, success, entries FROM audit_days WHERE day >= $1 UNION ALL "
      "SELECT at / 86400, action, success, 1 FROM audit_log "
      "WHERE id IN (SELECT entry_id FROM audit_pending) AND at >= $2) AS counted "
      "GROUP BY day, action, success ORDER BY day, action, success",
      [&](std::span<const db::Value> row) {
        counts.push_back({db::from_value<std::int64_t>(row[0], "day"),
                          db::from_value<std::string>(row[1], "action"),
                          db::from_value<bool>(row[2], "success"),
                          db::from_value<std::int64_t>(row[3], "entries")});
      },
      first_day, first_day * 86'400);
  return counts;
}

}  // namespace storage
