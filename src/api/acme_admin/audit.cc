#include "api/acme_admin/parts.h"
#include "api/acme_admin/user_view.h"
#include "auth/permission.h"
#include "storage/audit_store.h"
#include "storage/user_store.h"

namespace api::acme_admin {
namespace {

constexpr int in_one_read = 1000;
constexpr std::size_t most_exported = 50'000;
constexpr std::string_view failed = "_failed";

struct EntryView {
  EntryUid id;
  std::optional<UserUid> user_id;
  std::string action;
  std::optional<UserUid> target_user_id;
  json::Raw details;
  std::string ip_address;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(EntryView, (),
                      (id, user_id, action, target_user_id, details, ip_address, created_at))

struct ListQuery {
  std::optional<std::string> action;
  std::optional<UserUid> user_id;
  std::optional<base::Time> since;
  std::optional<base::Time> until;
  std::optional<std::int64_t> limit;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (action, user_id, since, until, limit, cursor))

struct ExportBody {
  std::optional<std::string> action;
  std::optional<UserUid> user_id;
  std::optional<base::Time> since;
  std::optional<base::Time> until;
};
BOOST_DESCRIBE_STRUCT(ExportBody, (), (action, user_id, since, until))

struct Exported {
  ExportBody filters;
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(Exported, (), (filters, count))

struct Audit {
  Parts parts;

  http::Done<std::vector<EntryView>> list(const http::Call& call, const ListQuery& query) const;
  http::File export_(const http::Call& call, const ExportBody& body) const;
};

}  // namespace

void add_audit(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Audit{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/audit-log",
                              .summary = "List audit entries, the newest first",
                              .access = auth::read_audit,
                              .handler = &Audit::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/audit-log/export",
                              .summary = "Download audit entries, one per line",
                              .access = {auth::read_audit, auth::admin_system},
                              .limit = http::Limit::strict,
                              .action = "audit.export",
                              .file_types = {"application/x-ndjson"},
                              .handler = &Audit::export_});
}

namespace {

// The contract has failed attempts under a name of their own: "auth.login_failed".
EntryView view(const db::Entry& entry, Authors& authors) {
  const bool is_about_user = entry.resource_type == "user" && entry.resource_id > 0;
  return {.id = base::Id<db::Entry>::from_number(entry.id).value(),
          .user_id = authors.find(entry.username, entry.at),
          .action = entry.success ? entry.action : entry.action + std::string{failed},
          .target_user_id =
              is_about_user
                  ? std::optional<UserUid>{core::UserId::from_number(entry.resource_id).value()}
                  : std::nullopt,
          .details = {entry.details.empty() ? "{}" : entry.details},
          .ip_address = entry.ip_address,
          .created_at = entry.at};
}

// What the filters mean; nothing when no entry can match.
std::optional<storage::AuditFilter> filter_of(db::Session& session, const ExportBody& wanted) {
  storage::AuditFilter filter;
  if (wanted.action) {
    const bool has_failed = wanted.action->ends_with(failed);
    filter.success = !has_failed;
    filter.action = has_failed ? wanted.action->substr(0, wanted.action->size() - failed.size())
                               : *wanted.action;
  }
  filter.from = wanted.since;
  if (wanted.until) {
    filter.before = *wanted.until + std::chrono::seconds{1};  // the second itself is in it
  }
  if (wanted.user_id) {
    const auto user = storage::UserStore{session}.find(wanted.user_id->id());
    if (!user) {
      return std::nullopt;
    }
    filter.username = user->username;
    // A namesake before this user's time was somebody else.
    filter.from = std::max(filter.from.value_or(user->created_at), user->created_at);
  }
  return filter;
}

std::string cursor_behind(const db::Entry& entry) {
  const auto text =
      std::to_string(entry.id) + "." + std::to_string(entry.at.time_since_epoch().count());
  return base::to_base64url(base::as_bytes(text));
}

void go_on(storage::AuditFilter& filter, const db::Entry& last) {
  filter.before_id = last.id;
  filter.before_at = last.at;
}

void go_on(storage::AuditFilter& filter, std::string_view cursor) {
  const auto octets = base::from_base64url(cursor);
  const std::string_view text = octets ? base::as_text(*octets) : std::string_view{};
  const auto dot = std::min(text.find('.'), text.size());
  const auto id = base::from_text<std::int64_t>(text.substr(0, dot));
  const auto at = base::from_text<std::int64_t>(text.substr(std::min(dot + 1, text.size())));
  if (!id || !at) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"cursor", "not one that this server gave"}}};
  }
  filter.before_id = *id;
  filter.before_at = base::Time{base::Seconds{*at}};
}

http::Done<std::vector<EntryView>> Audit::list(const http::Call& call,
                                               const ListQuery& query) const {
  const int limit = checked_limit(query.limit, usual_limit);
  http::Done<std::vector<EntryView>> answer{.data = {}, .message = {}};
  parts.database.read([&](db::Session& session) {
    auto filter = filter_of(session, {query.action, query.user_id, query.since, query.until});
    if (!filter) {
      return;
    }
    if (query.cursor) {
      go_on(*filter, *query.cursor);
    }
    auto entries = storage::AuditStore{session}.list(*filter, 0, limit + 1);
    if (entries.size() > static_cast<std::size_t>(limit)) {
      entries.pop_back();
      answer.headers.push_back(
          next_link(parts.base_url, call.request,
                    {{"cursor", cursor_behind(entries.back())}, {"limit", std::to_string(limit)}}));
    }
    Authors authors{session};
    for (const auto& entry : entries) {
      answer.data.push_back(view(entry, authors));
    }
  });
  return answer;
}

http::File Audit::export_(const http::Call& call, const ExportBody& body) const {
  std::string lines;
  std::size_t count = 0;
  auto filter = parts.database.read([&](db::Session& session) { return filter_of(session, body); });
  for (bool more = filter.has_value(); more;) {
    parts.database.read([&](db::Session& session) {
      const auto entries = storage::AuditStore{session}.list(*filter, 0, in_one_read);
      Authors authors{session};
      for (const auto& entry : entries) {
        lines += json::to_text(view(entry, authors)) + "\n";
      }
      count += entries.size();
      more = entries.size() == in_one_read;
      if (more) {
        go_on(*filter, entries.back());
      }
    });
    if (count > most_exported) {
      throw base::Error{
          base::ErrorCode::invalid_request,
          {base::FieldError{"since",
                            "more than 50000 entries match: export them in parts, with "
                            "since and until"}}};
    }
  }
  parts.database.write(call.act, [&](db::Session& session) {
    session.record("audit_log", core::KeyId::from_number(1).value(), "export",
                   Exported{body, static_cast<std::int64_t>(count)});
  });
  return {
      .name = "audit.ndjson", .content_type = "application/x-ndjson", .content = std::move(lines)};
}

}  // namespace
}  // namespace api::acme_admin
