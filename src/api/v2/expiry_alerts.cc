#include "api/v2/expiry_alerts.h"

namespace api::v2 {
namespace {

struct Body {
  std::optional<bool> enabled;
  std::optional<std::vector<std::int64_t>> alert_days;
  std::optional<std::int64_t> days;  // the same with one distance
  std::optional<std::vector<std::string>> recipients;
  std::optional<bool> include_revoked;
  std::optional<bool> tell_owners;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (enabled, alert_days, days, recipients, include_revoked, tell_owners))

struct Counts {
  std::int64_t checked;
  std::int64_t notified;
  std::int64_t failed;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (checked, notified, failed))

struct Checked {
  Counts cert_expiring;
  Counts crl_expiring;
};
BOOST_DESCRIBE_STRUCT(Checked, (), (cert_expiring, crl_expiring))

struct ExpiryAlerts {
  service::ExpiryNotices& notices;

  service::ExpirySettings read(const http::Call& call) const;
  http::Done<service::ExpirySettings> update(const http::Call& call, const Body& body) const;
  http::Done<Checked> check(const http::Call& call) const;
};

}  // namespace

void add_expiry_alerts(http::Surface& surface, service::ExpiryNotices& notices) {
  http::Resource resource{surface, "System", ExpiryAlerts{notices}};
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/system/alerts/expiry",
                              .summary = "Read who is told of what ends, and how long before",
                              .access = auth::read_settings,
                              .handler = &ExpiryAlerts::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/system/alerts/expiry",
                              .summary = "Change who is told of what ends, and how long before",
                              .access = auth::admin_system,
                              .action = "settings.expiry_alerts",
                              .handler = &ExpiryAlerts::update});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/system/alerts/expiry/check",
                              .summary = "Look now for what ends; what was told is not repeated",
                              .access = auth::admin_system,
                              .limit = http::Limit::strict,
                              .action = "settings.expiry_check",
                              .handler = &ExpiryAlerts::check});
}

namespace {

service::ExpirySettings ExpiryAlerts::read(const http::Call& /*call*/) const {
  return notices.settings();
}

http::Done<service::ExpirySettings> ExpiryAlerts::update(const http::Call& call,
                                                         const Body& body) const {
  auto settings = notices.settings();
  settings.enabled = body.enabled.value_or(settings.enabled);
  if (body.days) {
    settings.alert_days = {*body.days};
  }
  settings.alert_days = body.alert_days.value_or(settings.alert_days);
  settings.recipients = body.recipients.value_or(settings.recipients);
  settings.include_revoked = body.include_revoked.value_or(settings.include_revoked);
  settings.tell_owners = body.tell_owners.value_or(settings.tell_owners);
  return {.data = notices.change(call.act, settings), .message = "Settings saved"};
}

http::Done<Checked> ExpiryAlerts::check(const http::Call& call) const {
  const auto outcome = notices.check(call.act);
  const auto counts = [](const service::ExpiryNotices::Counts& of) {
    return Counts{of.checked, of.notified, of.failed};
  };
  return {.data = {counts(outcome.certificates), counts(outcome.crls)}, .message = "Looked"};
}

}  // namespace
}  // namespace api::v2
