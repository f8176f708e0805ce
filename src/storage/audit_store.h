#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "db/session.h"

namespace storage {

struct AuditFilter {
  std::optional<std::string> username;
  std::optional<std::string> action;
  std::optional<std::string> resource_type;
  std::optional<std::int64_t> resource_id;
  std::optional<bool> success;
  std::optional<base::Time> from;
  std::optional<base::Time> before;
  std::optional<std::int64_t> before_id;
  std::optional<base::Time> before_at;  // with before_id: where a list in the order of time goes on
  std::string search;                   // the start of a resource's name
  std::string action_from;              // the start of an action: "auth."
};

struct NamedCount {
  std::string name;
  std::int64_t count;
};

struct DailyCount {
  std::int64_t day;  // since 1970
  std::string action;
  bool success;
  std::int64_t count;
};

// Reads the audit log; the database itself writes it.
class AuditStore {
 public:
  explicit AuditStore(db::Session& session) : session_{session} {}

  std::optional<db::Entry> find(std::int64_t id) const;

  // The newest first; `before_id` continues a list.
  std::vector<db::Entry> list(const AuditFilter& filter, std::int64_t offset, int limit) const;
  // Exact up to 10,000.
  std::int64_t count(const AuditFilter& filter) const;

  // The latest successful entry about a thing of that name, whose number is 1.
  std::optional<db::Entry> last_of(std::string_view resource_type, std::string_view name) const;
  std::optional<base::Time> oldest() const;
  std::optional<base::Time> newest() const;

  std::vector<std::string> actions() const;
  // Who did most of the newest 10,000 entries.
  std::vector<NamedCount> top_users(base::Time from, int limit) const;
  // Of each day from this one on, exactly: a sum per action, however long the log is.
  std::vector<DailyCount> daily(std::int64_t first_day) const;

 private:
  std::optional<base::Time> time_of(std::string_view query) const;

  db::Session& session_;
};

}  // namespace storage
