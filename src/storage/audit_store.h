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
  std::string search;  // the start of a resource's name
};

struct NamedCount {
  std::string name;
  std::int64_t count;
};

struct DailyCount {
  std::int64_t day;  // since 1970
  std::string action;
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

  std::vector<std::string> actions() const;
  std::vector<NamedCount> top(std::string_view column, base::Time from, int limit) const;
  std::vector<DailyCount> daily(const std::vector<std::string>& actions, base::Time from) const;

 private:
  db::Session& session_;
};

}  // namespace storage
