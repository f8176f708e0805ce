#include "api/v2/dashboard.h"

#include <algorithm>

#include "api/v2/attention.h"
#include "storage/audit_store.h"
#include "storage/certificate_store.h"
#include "storage/user_store.h"

namespace api::v2 {
namespace {

struct Stats {
  std::int64_t total_certificates;
  std::int64_t active_certificates;
  std::int64_t valid;
  std::int64_t expired_certificates;
  std::int64_t expired;
  std::int64_t revoked_certificates;
  std::int64_t revoked;
  std::int64_t expiring_soon;
  std::int64_t total_cas;
  std::int64_t total_csrs;
  std::int64_t pending_csrs;
};
BOOST_DESCRIBE_STRUCT(Stats, (),
                      (total_certificates, active_certificates, valid, expired_certificates,
                       expired, revoked_certificates, revoked, expiring_soon, total_cas, total_csrs,
                       pending_csrs))

struct ExpiringQuery {
  int days = 30;
  int limit = 10;
};
BOOST_DESCRIBE_STRUCT(ExpiringQuery, (), (days, limit))

struct CertificateBrief {
  core::CertificateId id;
  base::Uuid refid;
  std::string descr;
  std::string common_name;
  std::string subject;
  core::Source source;
  base::Time valid_from;
  base::Time valid_to;
  std::int64_t days_remaining;
};
BOOST_DESCRIBE_STRUCT(CertificateBrief, (),
                      (id, refid, descr, common_name, subject, source, valid_from, valid_to,
                       days_remaining))

struct LimitQuery {
  int limit = 5;
};
BOOST_DESCRIBE_STRUCT(LimitQuery, (), (limit))

struct AuthorityBrief {
  core::AuthorityId id;
  base::Uuid refid;
  std::string descr;
  std::string common_name;
  bool is_root;
  base::Time valid_to;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(AuthorityBrief, (),
                      (id, refid, descr, common_name, is_root, valid_to, created_at))

struct ActivityQuery {
  int limit = 20;
  int offset = 0;
};
BOOST_DESCRIBE_STRUCT(ActivityQuery, (), (limit, offset))

struct ActivityEntry {
  std::int64_t id;
  std::string type;
  std::string action;
  std::string message;
  base::Time timestamp;
  std::string user;
  std::int64_t object_id;
  bool success;
};
BOOST_DESCRIBE_STRUCT(ActivityEntry, (),
                      (id, type, action, message, timestamp, user, object_id, success))

struct Activity {
  std::vector<ActivityEntry> activity;
};
BOOST_DESCRIBE_STRUCT(Activity, (), (activity))

struct DaysQuery {
  int days = 30;
};
BOOST_DESCRIBE_STRUCT(DaysQuery, (), (days))

struct TrendDay {
  std::string date;
  std::int64_t issued;
  std::int64_t revoked;
};
BOOST_DESCRIBE_STRUCT(TrendDay, (), (date, issued, revoked))

struct Trend {
  std::vector<TrendDay> trend;
};
BOOST_DESCRIBE_STRUCT(Trend, (), (trend))

struct HistogramQuery {
  int days = 90;
};
BOOST_DESCRIBE_STRUCT(HistogramQuery, (), (days))

struct Bucket {
  base::Time from;
  base::Time to;
  std::int64_t automated;
  std::int64_t manual;
};
BOOST_DESCRIBE_STRUCT(Bucket, (), (from, to, automated, manual))

struct Histogram {
  std::vector<Bucket> buckets;
};
BOOST_DESCRIBE_STRUCT(Histogram, (), (buckets))

struct Part {
  std::string status;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Part, (), (status, message))

struct SystemStatus {
  std::string status;
  Part core;
  Part database;
  Part crl;
  Part ocsp;
  Part acme;
  std::string uptime;
  std::int64_t uptime_seconds;
  std::string version;
};
BOOST_DESCRIBE_STRUCT(SystemStatus, (),
                      (status, core, database, crl, ocsp, acme, uptime, uptime_seconds, version))

struct Overview {
  std::int64_t total_cas;
  std::int64_t total_certs;
  std::int64_t acme_accounts;
  std::int64_t active_users;
};
BOOST_DESCRIBE_STRUCT(Overview, (), (total_cas, total_certs, acme_accounts, active_users))

struct Dashboard {
  DashboardParts parts;

  Stats stats(const http::Call& call) const;
  std::vector<CertificateBrief> expiring(const http::Call& call, const ExpiringQuery& query) const;
  std::vector<AuthorityBrief> recent_authorities(const http::Call& call,
                                                 const LimitQuery& query) const;
  Activity activity(const http::Call& call, const ActivityQuery& query) const;
  Trend trend(const http::Call& call, const DaysQuery& query) const;
  Histogram histogram(const http::Call& call, const HistogramQuery& query) const;
  Attention attention(const http::Call& call) const;
  SystemStatus system_status(const http::Call& call) const;
  Overview overview(const http::Call& call) const;
};

}  // namespace

void add_dashboard(http::Surface& surface, const DashboardParts& parts) {
  http::Resource dashboard{surface, "Dashboard", Dashboard{parts}};
  const auto signed_in = auth::Access::to_everyone_signed_in();

  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/stats",
                               .summary = "Count certificates and authorities",
                               .access = signed_in,
                               .handler = &Dashboard::stats});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/expiring-certs",
                               .summary = "List certificates that expire soon and were not renewed",
                               .access = auth::read_certificates,
                               .handler = &Dashboard::expiring});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/recent-cas",
                               .summary = "List the newest authorities",
                               .access = auth::read_cas,
                               .handler = &Dashboard::recent_authorities});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/activity",
                               .summary = "List what happened, the latest first",
                               .access = signed_in,
                               .handler = &Dashboard::activity});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/certificate-trend",
                               .summary = "Count what was issued and revoked each day",
                               .access = signed_in,
                               .handler = &Dashboard::trend});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/expiry-histogram",
                               .summary = "Count what expires each week, automated and manual",
                               .access = auth::read_certificates,
                               .handler = &Dashboard::histogram});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/attention",
                               .summary = "List what needs somebody's hands",
                               .access = auth::read_certificates,
                               .handler = &Dashboard::attention});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/dashboard/system-status",
                               .summary = "Say how each part of the server is",
                               .access = signed_in,
                               .handler = &Dashboard::system_status});
  dashboard.add(http::Endpoint{.method = http::get,
                               .path = "/stats/overview",
                               .summary = "Count the main things",
                               .access = signed_in,
                               .handler = &Dashboard::overview});
}

namespace {

std::int64_t days(std::chrono::seconds seconds) {
  return std::chrono::floor<std::chrono::days>(seconds).count();
}

Stats Dashboard::stats(const http::Call& call) const {
  const auto totals = parts.database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.totals(call.now); });
  const auto active = totals.valid + totals.expiring;
  return {.total_certificates = totals.total,
          .active_certificates = active,
          .valid = totals.valid,
          .expired_certificates = totals.expired,
          .expired = totals.expired,
          .revoked_certificates = totals.revoked,
          .revoked = totals.revoked,
          .expiring_soon = totals.expiring,
          .total_cas = static_cast<std::int64_t>(parts.authorities.issuers().size()),
          .total_csrs = 0,
          .pending_csrs = 0};
}

std::vector<CertificateBrief> Dashboard::expiring(const http::Call& call,
                                                  const ExpiringQuery& query) const {
  const storage::CertificateFilter filter{
      .any_status = {},
      .authority_id = std::nullopt,
      .any_source = {},
      .expires_from = call.now,
      .expires_before = call.now + std::chrono::days{std::clamp(query.days, 1, 3650)},
      .search = {}};
  const auto found = parts.database.read([&](db::Session& session) {
    return storage::CertificateStore{session}.list(
        filter,
        {.order_by = storage::CertificateOrderBy::valid_to,
         .descending = false,
         .limit = std::clamp(query.limit, 1, 100)},
        call.now);
  });
  std::vector<CertificateBrief> briefs;
  for (const auto& certificate : found) {
    if (certificate.revoked_at || certificate.renewed_by) {
      continue;
    }
    briefs.push_back({.id = certificate.id,
                      .refid = certificate.refid,
                      .descr = certificate.description,
                      .common_name = certificate.common_name,
                      .subject = certificate.subject,
                      .source = certificate.source,
                      .valid_from = certificate.not_before,
                      .valid_to = certificate.not_after,
                      .days_remaining = days(certificate.not_after - call.now)});
  }
  return briefs;
}

std::vector<AuthorityBrief> Dashboard::recent_authorities(const http::Call& /*call*/,
                                                          const LimitQuery& query) const {
  auto issuers = parts.authorities.issuers();
  std::ranges::reverse(issuers);
  std::vector<AuthorityBrief> briefs;
  for (const auto& issuer : issuers) {
    if (briefs.size() == static_cast<std::size_t>(std::clamp(query.limit, 1, 100))) {
      break;
    }
    const auto& authority = issuer->authority;
    briefs.push_back({.id = authority.id,
                      .refid = authority.refid,
                      .descr = authority.name,
                      .common_name = authority.common_name,
                      .is_root = authority.type == core::AuthorityType::root,
                      .valid_to = authority.not_after,
                      .created_at = authority.created_at});
  }
  return briefs;
}

// Who may not read the audit sees what happened to certificates and authorities, and own acts.
Activity Dashboard::activity(const http::Call& call, const ActivityQuery& query) const {
  const bool sees_all = call.caller.rights.include(auth::read_audit.name());
  storage::AuditFilter filter;
  if (!sees_all) {
    filter.resource_type = "certificate";
  }
  const auto entries = parts.database.read([&](db::Session& session) {
    return storage::AuditStore{session}.list(filter, std::clamp(query.offset, 0, 10'000),
                                             std::clamp(query.limit, 1, 100));
  });
  Activity activity;
  for (const auto& entry : entries) {
    activity.activity.push_back({.id = entry.id,
                                 .type = entry.resource_type,
                                 .action = entry.action,
                                 .message = entry.resource_name,
                                 .timestamp = entry.at,
                                 .user = entry.username,
                                 .object_id = entry.resource_id,
                                 .success = entry.success});
  }
  return activity;
}

Trend Dashboard::trend(const http::Call& call, const DaysQuery& query) const {
  const auto number = std::clamp(query.days, 1, 365);
  const auto today = std::chrono::floor<std::chrono::days>(call.now);
  const auto first = today - std::chrono::days{number - 1};
  Trend trend;
  for (int i = 0; i < number; ++i) {
    trend.trend.push_back({base::to_text(first + std::chrono::days{i}).substr(0, 10), 0, 0});
  }
  const auto counts = parts.database.read([&](db::Session& session) {
    return storage::AuditStore{session}.daily(first.time_since_epoch().count());
  });
  for (const auto& count : counts) {
    const auto index = count.day - first.time_since_epoch().count();
    if (!count.success || index >= number) {
      continue;
    }
    auto& day = trend.trend[static_cast<std::size_t>(index)];
    const auto is_one_of = [&](std::initializer_list<std::string_view> actions) {
      return std::ranges::find(actions, count.action) != actions.end();
    };
    if (is_one_of({"certificate.issue", "certificate.renew", "acme.finalize"})) {
      day.issued += count.count;
    } else if (is_one_of({"certificate.revoke", "acme.revoke"})) {
      day.revoked += count.count;
    }
  }
  return trend;
}

Histogram Dashboard::histogram(const http::Call& call, const HistogramQuery& query) const {
  const int weeks = (std::clamp(query.days, 7, 365) + 6) / 7;
  Histogram histogram;
  const auto expiries = parts.database.read([&](db::Session& session) {
    return storage::CertificateStore{session}.expiry_by_week(call.now, weeks);
  });
  for (const auto& week : expiries) {
    histogram.buckets.push_back({week.from, week.to, week.automated, week.manual});
  }
  return histogram;
}

Attention Dashboard::attention(const http::Call& call) const {
  return attention_for(parts, call);
}

SystemStatus Dashboard::system_status(const http::Call& call) const {
  const auto database = parts.database.status();
  const auto issuers = parts.authorities.issuers();
  const auto with_key =
      std::ranges::count_if(issuers, [](const auto& issuer) { return issuer->signer != nullptr; });
  const auto up = call.now - parts.started_at;
  const auto keys =
      std::to_string(with_key) + " of " + std::to_string(issuers.size()) + " authorities sign here";
  const bool healthy = with_key > 0;
  const auto state = [&](bool good) { return std::string{good ? "online" : "offline"}; };
  return {.status = healthy ? "healthy" : "degraded",
          .core = {state(true), "Certwright " CERTWRIGHT_VERSION},
          .database = {state(true), database.kind + " " + database.version},
          .crl = {state(healthy), keys},
          .ocsp = {state(healthy), keys},
          .acme = {state(healthy), keys},
          .uptime = std::to_string(days(up)) + " days, " + std::to_string(up.count() / 3600 % 24) +
                    ":" + std::to_string(up.count() / 60 % 60 + 100).substr(1),
          .uptime_seconds = up.count(),
          .version = CERTWRIGHT_VERSION};
}

Overview Dashboard::overview(const http::Call& call) const {
  const auto numbers = parts.acme_numbers();
  std::int64_t users = 0;
  storage::CertificateTotals totals{};
  parts.database.read([&](db::Session& session) {
    users = storage::UserStore{session}.count_active();
    totals = storage::CertificateStore{session}.totals(call.now);
  });
  return {.total_cas = static_cast<std::int64_t>(parts.authorities.issuers().size()),
          .total_certs = totals.total,
          .acme_accounts = numbers.accounts,
          .active_users = users};
}

}  // namespace
}  // namespace api::v2
