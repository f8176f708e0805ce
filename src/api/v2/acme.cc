#include "api/v2/acme.h"

#include "api/v2/paging.h"
#include "core/acme/quota.h"
#include "storage/acme_statistics_store.h"
#include "storage/acme_store.h"

namespace api::v2 {
namespace {

struct QuotasView {
  core::acme::Quota account;
  core::acme::Quota external_account;
  core::acme::Quota identifier;
};
BOOST_DESCRIBE_STRUCT(QuotasView, (), (account, external_account, identifier))

// In days; 0: for ever.
struct RetentionView {
  std::int64_t failed_orders;
  std::int64_t authorizations;
  std::int64_t issued_orders;  // after they were made, and their certificates have ended
  std::int64_t unused_accounts;
};
BOOST_DESCRIBE_STRUCT(RetentionView, (),
                      (failed_orders, authorizations, issued_orders, unused_accounts))

struct SettingsView {
  bool enabled;
  std::optional<core::AuthorityId> issuing_ca_id;
  std::int64_t validity_days;
  std::string directory_url;
  std::string terms_of_service;
  bool require_approval;  // of the default service: a person looks at each finalized order
  QuotasView quotas;
  RetentionView retention;
};
BOOST_DESCRIBE_STRUCT(SettingsView, (),
                      (enabled, issuing_ca_id, validity_days, directory_url, terms_of_service,
                       require_approval, quotas, retention))

struct QuotasBody {
  std::optional<core::acme::Quota> account;
  std::optional<core::acme::Quota> external_account;
  std::optional<core::acme::Quota> identifier;
};
BOOST_DESCRIBE_STRUCT(QuotasBody, (), (account, external_account, identifier))

struct RetentionBody {
  std::optional<std::int64_t> failed_orders;
  std::optional<std::int64_t> authorizations;
  std::optional<std::int64_t> issued_orders;
  std::optional<std::int64_t> unused_accounts;
};
BOOST_DESCRIBE_STRUCT(RetentionBody, (),
                      (failed_orders, authorizations, issued_orders, unused_accounts))

struct ChangesBody {
  std::optional<bool> enabled;
  std::optional<core::AuthorityId> issuing_ca_id;
  std::optional<std::int64_t> validity_days;
  std::optional<std::string> terms_of_service;
  std::optional<bool> require_approval;
  std::optional<QuotasBody> quotas;
  std::optional<RetentionBody> retention;
};
BOOST_DESCRIBE_STRUCT(ChangesBody, (),
                      (enabled, issuing_ca_id, validity_days, terms_of_service, require_approval,
                       quotas, retention))

struct ByStatus {
  std::int64_t pending;
  std::int64_t ready;
  std::int64_t processing;
  std::int64_t valid;
  std::int64_t invalid;
};
BOOST_DESCRIBE_STRUCT(ByStatus, (), (pending, ready, processing, valid, invalid))

struct Day {
  std::string date;
  std::int64_t issued;
  std::int64_t failed;
};
BOOST_DESCRIBE_STRUCT(Day, (), (date, issued, failed))

struct Stats {
  std::int64_t accounts;
  std::int64_t active_accounts;
  std::int64_t orders;
  ByStatus orders_by_status;
  std::int64_t certificates;
  std::vector<Day> last_30_days;
};
BOOST_DESCRIBE_STRUCT(Stats, (),
                      (accounts, active_accounts, orders, orders_by_status, certificates,
                       last_30_days))

struct AccountView {
  core::acme::AccountId id;
  std::string account_id;
  core::acme::AccountStatus status;
  std::vector<std::string> contact;  // URLs
  std::string key_type;
  std::string thumbprint;
  bool terms_agreed;
  std::string created_from;
  base::Time created_at;
  std::int64_t orders;
};
BOOST_DESCRIBE_STRUCT(AccountView, (),
                      (id, account_id, status, contact, key_type, thumbprint, terms_agreed,
                       created_from, created_at, orders))

struct IdentifierView {
  std::string type;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(IdentifierView, (), (type, value))

struct OrderView {
  core::acme::OrderId id;
  std::string order_id;
  core::acme::AccountId account_id;
  core::acme::OrderStatus status;
  std::vector<IdentifierView> identifiers;
  std::optional<std::string> error;  // what went wrong, in words
  base::Time created_at;
  base::Time expires;
  std::optional<core::CertificateId> certificate_id;
};
BOOST_DESCRIBE_STRUCT(OrderView, (),
                      (id, order_id, account_id, status, identifiers, error, created_at, expires,
                       certificate_id))

struct AccountsQuery {
  int page = 1;
  int per_page = 20;
};
BOOST_DESCRIBE_STRUCT(AccountsQuery, (), (page, per_page))

struct OrdersQuery {
  int page = 1;
  int per_page = 20;
  std::optional<core::acme::OrderStatus> status;
};
BOOST_DESCRIBE_STRUCT(OrdersQuery, (), (page, per_page, status))

struct Acme {
  db::Database& database;
  service::Authorities& authorities;
  service::StoredSettings<service::AcmeGeneral>& stored;

  SettingsView settings(const http::Call& call) const;
  http::Done<SettingsView> update(const http::Call& call, const ChangesBody& body) const;
  Stats stats(const http::Call& call) const;
  http::Page<AccountView> accounts(const http::Call& call, const AccountsQuery& query) const;
  http::Page<OrderView> orders(const http::Call& call, const OrdersQuery& query) const;
};

}  // namespace

void add_acme(http::Surface& surface, db::Database& database, service::Authorities& authorities,
              service::StoredSettings<service::AcmeGeneral>& settings) {
  http::Resource acme{surface, "ACME server", Acme{database, authorities, settings}};

  acme.add(http::Endpoint{.method = http::get,
                          .path = "/acme/settings",
                          .summary = "Read the settings of the ACME server",
                          .access = auth::read_acme,
                          .handler = &Acme::settings});
  acme.add(http::Endpoint{.method = http::patch,
                          .path = "/acme/settings",
                          .summary = "Change the settings of the ACME server",
                          .access = auth::write_acme,
                          .action = "acme.settings",
                          .handler = &Acme::update});
  acme.add(http::Endpoint{.method = http::get,
                          .path = "/acme/stats",
                          .summary = "Count accounts, orders and certificates",
                          .access = auth::read_acme,
                          .handler = &Acme::stats});
  acme.add(http::Endpoint{.method = http::get,
                          .path = "/acme/accounts",
                          .summary = "List ACME accounts, the newest first",
                          .access = auth::read_acme,
                          .handler = &Acme::accounts});
  acme.add(http::Endpoint{.method = http::get,
                          .path = "/acme/orders",
                          .summary = "List ACME orders, the newest first",
                          .access = auth::read_acme,
                          .handler = &Acme::orders});
}

namespace {

struct ProblemDetail {
  std::optional<std::string> detail;
};
BOOST_DESCRIBE_STRUCT(ProblemDetail, (), (detail))

// The words of a problem document.
std::optional<std::string> detail_of(const std::optional<std::string>& problem) {
  return problem ? json::parse<ProblemDetail>(*problem, json::Unknown::ignore).detail
                 : std::nullopt;
}

SettingsView Acme::settings(const http::Call& call) const {
  const auto value = stored.get();
  std::optional<core::AuthorityId> authority;
  try {
    authority = authorities.default_authority();
  } catch (const base::Error&) {
    // No authority issues at the moment; the settings are shown all the same.
  }
  return {
      .enabled = value.enabled,
      .issuing_ca_id = authority,
      .validity_days = value.validity_days,
      .directory_url = "https://" + call.request.host + "/acme/directory",
      .terms_of_service = value.terms_of_service,
      .require_approval = value.require_approval,
      .quotas = {.account = {value.account_orders, value.account_hours},
                 .external_account = {value.external_account_orders, value.external_account_hours},
                 .identifier = {value.identifier_orders, value.identifier_hours}},
      .retention = {.failed_orders = value.keep_failed_orders,
                    .authorizations = value.keep_authorizations,
                    .issued_orders = value.keep_issued_orders,
                    .unused_accounts = value.keep_unused_accounts}};
}

using Errors = std::vector<base::FieldError>;

void apply(const std::optional<core::acme::Quota>& quota, const std::string& field,
           std::int64_t& orders, std::int64_t& hours, Errors& errors) {
  if (!quota) {
    return;
  }
  if (quota->orders < 0 || quota->orders > core::acme::most_quota_orders) {
    errors.push_back({field + ".orders", "not between 0 and 10000000"});
  }
  if (quota->hours < 1 || quota->hours > core::acme::longest_quota_hours) {
    errors.push_back({field + ".hours", "not between 1 and 8784"});
  }
  orders = quota->orders;
  hours = quota->hours;
}

void apply(const QuotasBody& body, service::AcmeGeneral& value, Errors& errors) {
  apply(body.account, "quotas.account", value.account_orders, value.account_hours, errors);
  apply(body.external_account, "quotas.external_account", value.external_account_orders,
        value.external_account_hours, errors);
  apply(body.identifier, "quotas.identifier", value.identifier_orders, value.identifier_hours,
        errors);
}

void apply(const RetentionBody& body, service::AcmeGeneral& value, Errors& errors) {
  constexpr std::int64_t longest = 36'500;
  const auto apply_days = [&](const std::optional<std::int64_t>& days, const char* field,
                              std::int64_t& kept) {
    if (days && (*days < 0 || *days > longest)) {
      errors.push_back({std::string{"retention."} + field, "not between 0 and 36500"});
    }
    kept = days.value_or(kept);
  };
  apply_days(body.failed_orders, "failed_orders", value.keep_failed_orders);
  apply_days(body.authorizations, "authorizations", value.keep_authorizations);
  apply_days(body.issued_orders, "issued_orders", value.keep_issued_orders);
  apply_days(body.unused_accounts, "unused_accounts", value.keep_unused_accounts);
}

http::Done<SettingsView> Acme::update(const http::Call& call, const ChangesBody& body) const {
  Errors errors;
  auto value = stored.get();
  apply(body.quotas.value_or(QuotasBody{}), value, errors);
  apply(body.retention.value_or(RetentionBody{}), value, errors);
  if (body.validity_days && (*body.validity_days < 1 || *body.validity_days > 3650)) {
    errors.push_back({"validity_days", "not between 1 and 3650"});
  }
  if (body.terms_of_service && !body.terms_of_service->empty() &&
      (!body.terms_of_service->starts_with("https://") || body.terms_of_service->size() > 500)) {
    errors.push_back({"terms_of_service", "not an https:// address"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  if (body.issuing_ca_id) {
    authorities.set_default_authority(call.act, *body.issuing_ca_id);
  }
  value.enabled = body.enabled.value_or(value.enabled);
  value.validity_days = body.validity_days.value_or(value.validity_days);
  value.terms_of_service = body.terms_of_service.value_or(value.terms_of_service);
  value.require_approval = body.require_approval.value_or(value.require_approval);
  stored.put(call.act, value);
  return {.data = settings(call), .message = "Settings saved"};
}

// Of all services together, without the days on which nothing happened.
std::vector<Day> last_days(const std::vector<storage::AcmeServiceDay>& of_services) {
  std::vector<Day> days;
  for (const auto& each : of_services) {
    const auto date = base::to_text(base::Time{std::chrono::days{each.day}}).substr(0, 10);
    if (days.empty() || days.back().date != date) {
      days.push_back({.date = date, .issued = 0, .failed = 0});
    }
    days.back().issued += each.certificates;
    days.back().failed += each.failures;
  }
  return days;
}

Stats Acme::stats(const http::Call& call) const {
  Stats stats{};
  database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    const auto counts = store.count_orders_by_status();
    stats.accounts = store.count_accounts();
    stats.active_accounts = store.count_valid_accounts();
    stats.orders_by_status = {counts.pending, counts.ready, counts.processing, counts.valid,
                              counts.invalid};
    stats.orders =
        counts.pending + counts.ready + counts.processing + counts.valid + counts.invalid;
    stats.certificates = counts.valid;
    stats.last_30_days =
        last_days(storage::AcmeStatisticsStore{session}.days(call.now - std::chrono::days{30}));
  });
  return stats;
}

http::Page<AccountView> Acme::accounts(const http::Call& /*call*/,
                                       const AccountsQuery& query) const {
  const Paging paging{query.page, query.per_page};
  http::Page<AccountView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    page.total = store.count_accounts();
    for (const auto& account : store.list_accounts(paging.offset, paging.per_page)) {
      page.items.push_back({.id = account.id,
                            .account_id = account.reference().to_string(),
                            .status = account.status,
                            .contact = json::parse<std::vector<std::string>>(account.contacts,
                                                                             json::Unknown::ignore),
                            .key_type = account.key_type,
                            .thumbprint = account.key_thumbprint,
                            .terms_agreed = account.terms_agreed,
                            .created_from = account.created_from,
                            .created_at = account.created_at,
                            .orders = store.count_orders_of(account.id)});
    }
  });
  return page;
}

http::Page<OrderView> Acme::orders(const http::Call& call, const OrdersQuery& query) const {
  const Paging paging{query.page, query.per_page};
  http::Page<OrderView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  database.read([&](db::Session& session) {
    const storage::AcmeStore store{session};
    page.total = store.count_orders(query.status);
    for (const auto& order : store.list_orders(query.status, paging.offset, paging.per_page)) {
      page.items.push_back({.id = order.id,
                            .order_id = order.reference().to_string(),
                            .account_id = order.account_id,
                            .status = core::acme::status_at(order, call.now),
                            .identifiers = json::parse<std::vector<IdentifierView>>(
                                order.identifiers, json::Unknown::ignore),
                            .error = detail_of(order.error),
                            .created_at = order.created_at,
                            .expires = order.expires_at,
                            .certificate_id = order.certificate_id});
    }
  });
  return page;
}

}  // namespace
}  // namespace api::v2
