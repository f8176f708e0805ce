#include "api/acme_admin/parts.h"
#include "api/acme_admin/uid.h"
#include "auth/permission.h"
#include "service/acme_notifications.h"

namespace api::acme_admin {
namespace {

struct NotificationView {
  NotificationUid id;
  core::acme::NotificationType notification_type;
  std::string recipient;
  std::string subject;
  core::acme::NotificationStatus status;
  AccountUid account_id;
  std::optional<std::string> error_detail;
  std::int64_t retry_count;
  base::Time created_at;
  std::optional<base::Time> sent_at;
};
BOOST_DESCRIBE_STRUCT(NotificationView, (),
                      (id, notification_type, recipient, subject, status, account_id, error_detail,
                       retry_count, created_at, sent_at))

struct ListQuery {
  std::optional<core::acme::NotificationStatus> status;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (status, limit, offset, cursor))

struct Retried {
  std::int64_t retried;
};
BOOST_DESCRIBE_STRUCT(Retried, (), (retried))

struct PurgeBody {
  std::optional<int> days;
};
BOOST_DESCRIBE_STRUCT(PurgeBody, (), (days))

struct Purged {
  std::int64_t purged;
};
BOOST_DESCRIBE_STRUCT(Purged, (), (purged))

struct Notifications {
  Parts parts;

  http::Done<std::vector<NotificationView>> list(const http::Call& call,
                                                 const ListQuery& query) const;
  Retried retry(const http::Call& call) const;
  Purged purge(const http::Call& call, const PurgeBody& body) const;
};

}  // namespace

void add_notifications(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Notifications{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/notifications",
                              .summary = "List what account holders were told, the newest first",
                              .access = {auth::read_acme, auth::admin_system},
                              .handler = &Notifications::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/notifications/retry",
                              .summary = "Send again what nobody took",
                              .access = {auth::write_acme, auth::admin_system},
                              .limit = http::Limit::strict,
                              .action = "notification.retry",
                              .handler = &Notifications::retry});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/notifications/purge",
                              .summary = "Forget notifications that are over and old",
                              .access = {auth::write_acme, auth::admin_system},
                              .limit = http::Limit::strict,
                              .action = "notification.purge",
                              .handler = &Notifications::purge});
}

namespace {

http::Done<std::vector<NotificationView>> Notifications::list(const http::Call& call,
                                                              const ListQuery& query) const {
  const auto page = page_of({query.limit, query.offset, query.cursor}, usual_limit);
  return parts.database.read([&](db::Session& session) {
    auto found = storage::AcmeNotificationStore{session}.list(query.status, page);
    http::Done<std::vector<NotificationView>> answer{
        .data = {}, .message = {}, .headers = cut(found, page, parts.base_url, call.request)};
    for (const auto& each : found) {
      answer.data.push_back({each.id, each.notification_type, each.recipient, each.subject,
                             each.status, each.account_id, each.error_detail, each.retry_count,
                             each.created_at, each.sent_at});
    }
    return answer;
  });
}

Retried Notifications::retry(const http::Call& call) const {
  return {parts.notifications.retry(call.act)};
}

Purged Notifications::purge(const http::Call& call, const PurgeBody& body) const {
  constexpr int usual_days = 30;
  constexpr int most_days = 36'500;
  const int days = body.days.value_or(usual_days);
  if (days < 1 || days > most_days) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"days", "must be at least 1"}}};
  }
  return {parts.notifications.purge(call.act, days)};
}

}  // namespace
}  // namespace api::acme_admin
