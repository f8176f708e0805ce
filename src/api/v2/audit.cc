#include "api/v2/audit.h"

#include "api/v2/paging.h"
#include "base/id.h"
#include "storage/audit_store.h"

namespace api::v2 {
namespace {

using EntryId = base::Id<db::Entry>;

struct ListQuery {
  int page = 1;
  int per_page = 50;
  std::optional<std::string> username;
  std::optional<std::string> action;
  std::optional<std::string> category;
  std::optional<std::string> resource_type;
  std::optional<std::int64_t> resource_id;
  std::optional<bool> success;
  std::optional<base::Time> date_from;
  std::optional<base::Time> date_to;
  std::string search;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (),
                      (page, per_page, username, action, category, resource_type, resource_id,
                       success, date_from, date_to, search))

struct StatsQuery {
  int days = 30;
};
BOOST_DESCRIBE_STRUCT(StatsQuery, (), (days))

struct ActionCount {
  std::string action;
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(ActionCount, (), (action, count))

struct UserCount {
  std::string username;
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(UserCount, (), (username, count))

struct Stats {
  std::int64_t total_logs;
  std::int64_t success_count;
  std::int64_t failure_count;
  double success_rate;
  int period_days;
  std::vector<ActionCount> top_actions;
  std::vector<UserCount> top_users;
  std::vector<AuditView> recent_failures;
};
BOOST_DESCRIBE_STRUCT(Stats, (),
                      (total_logs, success_count, failure_count, success_rate, period_days,
                       top_actions, top_users, recent_failures))

struct Actions {
  std::vector<std::string> actions;
  std::map<std::string, std::vector<std::string>> categories;
};
BOOST_DESCRIBE_STRUCT(Actions, (), (actions, categories))

// The contract's categories, and how the names of their actions begin.
constexpr std::pair<std::string_view, std::string_view> categories[] = {
    {"auth", "auth."},
    {"certificates", "certificate."},
    {"cas", "ca."},
    {"csrs", "csr."},
    {"users", "user."},
    {"groups", "group."},
    {"api_keys", "api_key."},
    {"settings", "settings."},
    {"security", "security."},
    {"acme", "acme."},
    {"account", "account."},
    {"audit", "audit."}};

constexpr int most_named = 10;  // of actions, users and failures in the statistics

struct Audit {
  db::Database& database;

  http::Page<AuditView> list(const http::Call& call, const ListQuery& query) const;
  AuditView read(const http::Call& call, const EntryId& id) const;
  Stats stats(const http::Call& call, const StatsQuery& query) const;
  Actions actions(const http::Call& call) const;
};

}  // namespace

void add_audit(http::Surface& surface, db::Database& database) {
  http::Resource audit{surface, "Audit", Audit{database}};

  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/logs",
                           .summary = "List audit entries, the latest first",
                           .access = auth::read_audit,
                           .handler = &Audit::list});
  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/logs/{log_id}",
                           .summary = "Read one audit entry",
                           .access = auth::read_audit,
                           .handler = &Audit::read});
  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/stats",
                           .summary = "Count audit entries",
                           .access = auth::read_audit,
                           .handler = &Audit::stats});
  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/actions",
                           .summary = "List the actions that occur in the audit log",
                           .access = auth::read_audit,
                           .handler = &Audit::actions});
}

AuditView view(const db::Entry& entry) {
  return {.id = entry.id,
          .timestamp = entry.at,
          .username = entry.username,
          .action = entry.action,
          .resource_type = entry.resource_type,
          .resource_id = entry.resource_id > 0 ? std::to_string(entry.resource_id) : "",
          .resource_name = entry.resource_name,
          .details = entry.details,
          .ip_address = entry.ip_address,
          .user_agent = entry.user_agent,
          .credential = entry.credential,
          .request_id = entry.request_id,
          .success = entry.success};
}

std::string start_of_category(const std::optional<std::string>& category) {
  if (!category) {
    return {};
  }
  for (const auto& [name, start] : categories) {
    if (name == *category) {
      return std::string{start};
    }
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"category",
                                      "there is no such category: GET /audit/actions "
                                      "lists them"}}};
}

namespace {

http::Page<AuditView> Audit::list(const http::Call& /*call*/, const ListQuery& query) const {
  const storage::AuditFilter filter{.username = query.username,
                                    .action = query.action,
                                    .resource_type = query.resource_type,
                                    .resource_id = query.resource_id,
                                    .success = query.success,
                                    .from = query.date_from,
                                    .before = query.date_to,
                                    .search = query.search,
                                    .action_from = start_of_category(query.category)};
  const Paging paging{query.page, query.per_page};
  http::Page<AuditView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  database.read([&](db::Session& session) {
    const storage::AuditStore audit{session};
    page.total = audit.count(filter);
    page.total_is_exact = page.total < 10'000;
    for (const auto& entry : audit.list(filter, paging.offset, paging.per_page)) {
      page.items.push_back(view(entry));
    }
  });
  return page;
}

AuditView Audit::read(const http::Call& /*call*/, const EntryId& id) const {
  const auto entry = database.read(
      [&](db::Session& session) { return storage::AuditStore{session}.find(id.to_number()); });
  if (!entry) {
    throw base::Error{base::ErrorCode::not_found, "no audit entry has this id"};
  }
  return view(*entry);
}

Stats Audit::stats(const http::Call& call, const StatsQuery& query) const {
  const int days = std::clamp(query.days, 1, 365);
  // Whole days, with today's as the last.
  const auto first = std::chrono::floor<std::chrono::days>(call.now) - std::chrono::days{days - 1};
  Stats stats{.total_logs = 0,
              .success_count = 0,
              .failure_count = 0,
              .success_rate = 100,
              .period_days = days,
              .top_actions = {},
              .top_users = {},
              .recent_failures = {}};
  std::map<std::string, std::int64_t> by_action;
  database.read([&](db::Session& session) {
    const storage::AuditStore audit{session};
    for (const auto& each : audit.daily(first.time_since_epoch().count())) {
      (each.success ? stats.success_count : stats.failure_count) += each.count;
      by_action[each.action] += each.count;
    }
    for (const auto& [name, count] : audit.top_users(first, most_named)) {
      stats.top_users.push_back({name, count});
    }
    for (const auto& entry : audit.list({.success = false, .from = first}, 0, most_named)) {
      stats.recent_failures.push_back(view(entry));
    }
  });
  for (const auto& [action, count] : by_action) {
    stats.top_actions.push_back({action, count});
  }
  std::ranges::stable_sort(stats.top_actions, std::greater{}, &ActionCount::count);
  stats.top_actions.resize(std::min<std::size_t>(stats.top_actions.size(), most_named));
  stats.total_logs = stats.success_count + stats.failure_count;
  if (stats.total_logs > 0) {
    stats.success_rate =
        100.0 * static_cast<double>(stats.success_count) / static_cast<double>(stats.total_logs);
  }
  return stats;
}

Actions Audit::actions(const http::Call& /*call*/) const {
  Actions known{.actions = database.read(
                    [](db::Session& session) { return storage::AuditStore{session}.actions(); }),
                .categories = {}};
  for (const auto& [name, start] : categories) {
    auto& own = known.categories[std::string{name}];
    std::ranges::copy_if(
        known.actions, std::back_inserter(own),
        [&, begin = start](const auto& action) { return action.starts_with(begin); });
  }
  return known;
}

}  // namespace
}  // namespace api::v2
