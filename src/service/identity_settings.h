#pragma once

#include <string>
#include <vector>

#include "service/general_settings.h"

namespace service {

// How the server sends mail. The password is kept beside this, wrapped.
struct MailSettings {
  bool enabled = false;
  std::string smtp_host = {};
  std::int64_t smtp_port = 587;
  bool smtp_tls = true;  // on port 465 from the start, by STARTTLS elsewhere
  bool smtp_auth = false;
  std::string smtp_username = {};
  std::string from_email = {};
  std::string from_name = {};
  std::string smtp_content_type = "both";  // text, html, both
  std::string smtp_ca_certificate = {};    // PEM; empty: the system's authorities
};
BOOST_DESCRIBE_STRUCT(MailSettings, (),
                      (enabled, smtp_host, smtp_port, smtp_tls, smtp_auth, smtp_username,
                       from_email, from_name, smtp_content_type, smtp_ca_certificate))

// Signing in with a certificate.
struct MtlsSettings {
  bool enabled = false;
  std::int64_t issuing_ca_id = 0;  // of certificates that are made for it; 0: the default authority
};
BOOST_DESCRIBE_STRUCT(MtlsSettings, (), (enabled, issuing_ca_id))

// Where the audit log is forwarded to (RFC 5424).
struct SyslogSettings {
  bool enabled = false;
  std::string host = {};
  std::int64_t port = 514;
  std::string protocol = "udp";  // udp, tcp
  bool tls = false;              // over tcp
  bool tls_verify = true;
  std::string framing = "octet";             // of tcp without TLS: octet, line
  std::vector<std::string> categories = {};  // empty: all
  std::string ca_certificate = {};           // PEM; empty: the system's authorities
};
BOOST_DESCRIBE_STRUCT(SyslogSettings, (),
                      (enabled, host, port, protocol, tls, tls_verify, framing, categories,
                       ca_certificate))

// Who is told of what ends, and how many days before.
struct ExpirySettings {
  bool enabled = true;
  std::vector<std::int64_t> alert_days = {30, 14, 7, 1};
  std::vector<std::string> recipients = {};
  bool include_revoked = false;
  bool tell_owners = true;  // whoever made the certificate, at the address of their account
};
BOOST_DESCRIBE_STRUCT(ExpirySettings, (),
                      (enabled, alert_days, recipients, include_revoked, tell_owners))

// How often one caller may ask. 0: as the server was started with.
struct RateSettings {
  bool enabled = true;
  std::int64_t standard = 0;  // requests per minute
  std::int64_t strict = 0;
  std::int64_t sign_in = 0;
  std::int64_t protocol = 0;
  std::vector<std::string> whitelist = {};  // networks whose callers are not limited
};
BOOST_DESCRIBE_STRUCT(RateSettings, (), (enabled, standard, strict, sign_in, protocol, whitelist))

extern template class StoredSettings<ExpirySettings>;
extern template class StoredSettings<RateSettings>;
extern template class StoredSettings<MailSettings>;
extern template class StoredSettings<MtlsSettings>;
extern template class StoredSettings<SyslogSettings>;

}  // namespace service
