#include "api/v2/syslog.h"

#include <algorithm>

#include "x509/certificate.h"

namespace api::v2 {
namespace {

struct Body {
  std::optional<std::string> host;
  std::optional<std::int64_t> port;
  std::optional<std::string> protocol;
  std::optional<bool> enabled;
  std::optional<std::vector<std::string>> categories;
  std::optional<std::string> framing;
  std::optional<bool> tls;
  std::optional<bool> tls_verify;
  std::optional<std::string> ca_certificate;
};
BOOST_DESCRIBE_STRUCT(Body, (),
                      (host, port, protocol, enabled, categories, framing, tls, tls_verify,
                       ca_certificate))

struct Syslog {
  service::SyslogForwarding& forwarding;

  service::SyslogSettings read(const http::Call& call) const;
  http::Done<service::SyslogSettings> update(const http::Call& call, const Body& body) const;
  http::Message test(const http::Call& call) const;
};

}  // namespace

void add_syslog(http::Surface& surface, service::SyslogForwarding& forwarding) {
  http::Resource resource{surface, "Audit", Syslog{forwarding}};
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/system/audit/syslog",
                              .summary = "Read where the audit log is forwarded to",
                              .access = auth::read_settings,
                              .handler = &Syslog::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/system/audit/syslog",
                              .summary = "Forward the audit log to a syslog server, or not",
                              .access = auth::admin_system,
                              .action = "settings.syslog",
                              .handler = &Syslog::update});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/system/audit/syslog/test",
                              .summary = "Send a test message to the syslog server",
                              .access = auth::admin_system,
                              .limit = http::Limit::strict,
                              .action = "settings.syslog_test",
                              .handler = &Syslog::test});
}

namespace {

service::SyslogSettings Syslog::read(const http::Call& /*call*/) const {
  return forwarding.settings();
}

void check(const service::SyslogSettings& settings) {
  std::vector<base::FieldError> errors;
  const bool is_host = settings.host.size() <= 253 &&
                       settings.host.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_") ==
                           std::string::npos;
  if (!is_host || (settings.enabled && settings.host.empty())) {
    errors.push_back({"host", "not a host's name or address"});
  }
  if (settings.port < 1 || settings.port > 65535) {
    errors.push_back({"port", "not between 1 and 65535"});
  }
  if (settings.protocol != "udp" && settings.protocol != "tcp") {
    errors.push_back({"protocol", "not one of udp, tcp"});
  }
  if (settings.framing != "octet" && settings.framing != "line") {
    errors.push_back({"framing", "not one of octet, line"});
  }
  if (settings.tls && settings.protocol != "tcp") {
    errors.push_back({"tls", "goes over tcp only"});
  }
  for (const auto& category : settings.categories) {
    if (std::ranges::find(service::syslog_categories, category) ==
        service::syslog_categories.end()) {
      errors.push_back({"categories", "not one of certificate, ca, csr, user, acme, scep, system"});
      break;
    }
  }
  const auto& trust = settings.ca_certificate;
  if (!trust.empty() &&
      (trust.size() > 100'000 || !x509::Certificate::parse_pem_or_der(base::as_bytes(trust)))) {
    errors.push_back({"ca_certificate", "not a certificate in PEM"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

http::Done<service::SyslogSettings> Syslog::update(const http::Call& call, const Body& body) const {
  auto settings = forwarding.settings();
  // Of another protocol only TLS that was asked for stays.
  const bool is_other = body.protocol && *body.protocol != "tcp";
  settings.host = body.host.value_or(settings.host);
  settings.port = body.port.value_or(settings.port);
  settings.protocol = body.protocol.value_or(settings.protocol);
  settings.enabled = body.enabled.value_or(settings.enabled);
  settings.categories = body.categories.value_or(settings.categories);
  settings.framing = body.framing.value_or(settings.framing);
  settings.tls = body.tls.value_or(is_other ? false : settings.tls);
  settings.tls_verify = body.tls_verify.value_or(settings.tls_verify);
  settings.ca_certificate = body.ca_certificate.value_or(settings.ca_certificate);
  check(settings);
  return {.data = forwarding.change(call.act, settings), .message = "Settings saved"};
}

http::Message Syslog::test(const http::Call& call) const {
  forwarding.test(call.act);
  return {.message = "Sent: look for it at the syslog server"};
}

}  // namespace
}  // namespace api::v2
