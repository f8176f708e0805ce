#include "api/v2/mtls.h"

#include "api/v2/auth.h"
#include "crypto/pem.h"
#include "storage/user_store.h"
#include "x509/certificate.h"

namespace api::v2 {
namespace {

constexpr int longest_page = 100;

struct View {
  core::SignInCertificateId id;
  core::UserId user_id;
  std::string name;
  std::string cert_serial;
  std::string cert_subject;
  std::string cert_issuer;
  std::string cert_fingerprint;
  base::Time valid_from;
  base::Time valid_until;
  bool enabled;
  base::Time created_at;
  std::optional<base::Time> last_used_at;
  std::optional<core::CertificateId> cert_id;  // when one of our authorities issued it
};
BOOST_DESCRIBE_STRUCT(View, (),
                      (id, user_id, name, cert_serial, cert_subject, cert_issuer, cert_fingerprint,
                       valid_from, valid_until, enabled, created_at, last_used_at, cert_id))

struct OwnedView : View {
  std::string username;
};
BOOST_DESCRIBE_STRUCT(OwnedView, (View), (username))

struct MadeView : View {
  std::string certificate;
  std::string private_key;  // shown this once
};
BOOST_DESCRIBE_STRUCT(MadeView, (View), (certificate, private_key))

struct CertificateBrief {
  std::string serial;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(CertificateBrief, (), (serial, name))

struct SignedInByCertificate : SignedIn {
  CertificateBrief certificate;
};
BOOST_DESCRIBE_STRUCT(SignedInByCertificate, (SignedIn), (certificate))

struct AllQuery {
  int page = 1;
  int per_page = 25;
  std::optional<core::UserId> user_id;
};
BOOST_DESCRIBE_STRUCT(AllQuery, (), (page, per_page, user_id))

struct All {
  std::vector<OwnedView> items;
  int page;
  std::int64_t pages;
  int per_page;
  std::int64_t total;
};
BOOST_DESCRIBE_STRUCT(All, (), (items, page, pages, per_page, total))

struct CreateBody {
  std::string name;
  std::optional<std::int64_t> validity_days;
  std::optional<std::int64_t> ca_id;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (name, validity_days, ca_id))

struct EnrollBody {
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(EnrollBody, (), (name))

struct EnableBody {
  std::optional<bool> enabled;  // left out: on
};
BOOST_DESCRIBE_STRUCT(EnableBody, (), (enabled))

struct RevokeBody {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (reason))

struct DownloadQuery {
  std::string format = "pem";
};
BOOST_DESCRIBE_STRUCT(DownloadQuery, (), (format))

struct SettingsView {
  bool enabled;
  bool required;
  std::optional<std::int64_t> trusted_ca_id;
  std::optional<std::int64_t> issuing_ca_id;
  bool needs_restart;
};
BOOST_DESCRIBE_STRUCT(SettingsView, (),
                      (enabled, required, trusted_ca_id, issuing_ca_id, needs_restart))

struct SettingsBody {
  static constexpr json::Alias aliases[] = {{"trusted_ca_id", "issuing_ca_id"}};
  std::optional<bool> enabled;
  std::optional<std::int64_t> issuing_ca_id;
  std::optional<bool> required;
};
BOOST_DESCRIBE_STRUCT(SettingsBody, (), (enabled, issuing_ca_id, required))

struct Mtls {
  db::Database& database;
  service::CertificateSignIn& certificates;
  service::SignIn& sign_in;

  http::Done<SignedInByCertificate> login(const http::Call& call) const;
  std::vector<View> list(const http::Call& call) const;
  All all(const http::Call& call, const AllQuery& query) const;
  http::Created<MadeView> create(const http::Call& call, const CreateBody& body) const;
  http::Created<View> enroll(const http::Call& call, const EnrollBody& body) const;
  http::File download(const http::Call& call, const core::SignInCertificateId& id,
                      const DownloadQuery& query) const;
  http::Done<View> enable(const http::Call& call, const core::SignInCertificateId& id,
                          const EnableBody& body) const;
  http::Done<View> revoke(const http::Call& call, const core::SignInCertificateId& id,
                          const RevokeBody& body) const;
  http::Message remove(const http::Call& call, const core::SignInCertificateId& id) const;
  SettingsView read_settings(const http::Call& call) const;
  http::Done<SettingsView> update_settings(const http::Call& call, const SettingsBody& body) const;
};

}  // namespace

void add_mtls(http::Surface& surface, db::Database& database,
              service::CertificateSignIn& certificates, service::SignIn& sign_in) {
  const auto signed_in = auth::Access::to_everyone_signed_in();
  http::Resource login{surface, "Authentication", Mtls{database, certificates, sign_in}};
  login.add(http::Endpoint{.method = http::post,
                           .path = "/auth/login/mtls",
                           .summary = "Sign in with the client certificate of this connection",
                           .access = auth::Access::to_anyone(),
                           .limit = http::Limit::sign_in,
                           .action = "auth.login",
                           .handler = &Mtls::login});

  http::Resource own{surface, "Sign-in certificates", Mtls{database, certificates, sign_in}};
  own.add(http::Endpoint{.method = http::get,
                         .path = "/account/mtls/certificates",
                         .summary = "List the certificates that sign you in",
                         .access = signed_in,
                         .handler = &Mtls::list});
  own.add(http::Endpoint{.method = http::get,
                         .path = "/account/mtls/certificates/all",
                         .summary = "List the certificates that sign anybody in",
                         .access = auth::read_user_certificates,
                         .handler = &Mtls::all});
  own.add(http::Endpoint{.method = http::post,
                         .path = "/account/mtls/certificates/create",
                         .summary = "Issue a certificate that signs you in; its key is shown once",
                         .access = auth::write_user_certificates,
                         .limit = http::Limit::strict,
                         .action = "sign_in_certificate.create",
                         .handler = &Mtls::create});
  own.add(http::Endpoint{.method = http::post,
                         .path = "/account/mtls/certificates/enroll",
                         .summary = "Let the client certificate of this connection sign you in",
                         .access = signed_in,
                         .limit = http::Limit::strict,
                         .action = "sign_in_certificate.enroll",
                         .handler = &Mtls::enroll});
  own.add(http::Endpoint{.method = http::get,
                         .path = "/account/mtls/certificates/{cert_id}/download",
                         .summary = "Download a certificate that signs you in",
                         .access = signed_in,
                         .file_types = {"application/x-pem-file", "application/pkix-cert"},
                         .handler = &Mtls::download});
  own.add(http::Endpoint{.method = http::post,
                         .path = "/account/mtls/certificates/{cert_id}/enable",
                         .summary = "Switch a certificate that signs you in off, or on again",
                         .access = signed_in,
                         .action = "sign_in_certificate.update",
                         .handler = &Mtls::enable});
  own.add(http::Endpoint{.method = http::post,
                         .path = "/account/mtls/certificates/{cert_id}/revoke",
                         .summary = "Revoke a certificate that signs somebody in",
                         .access = auth::write_user_certificates,
                         .limit = http::Limit::strict,
                         .action = "certificate.revoke",
                         .handler = &Mtls::revoke});
  own.add(http::Endpoint{.method = http::delete_,
                         .path = "/account/mtls/certificates/{cert_id}",
                         .summary = "Let a certificate sign you in no more",
                         .access = signed_in,
                         .action = "sign_in_certificate.delete",
                         .handler = &Mtls::remove});
  own.add(http::Endpoint{.method = http::get,
                         .path = "/account/mtls/settings",
                         .summary = "Read whether certificates sign people in",
                         .access = auth::read_settings,
                         .handler = &Mtls::read_settings});
  own.add(http::Endpoint{.method = http::put,
                         .path = "/account/mtls/settings",
                         .summary = "Let certificates sign people in, or not",
                         .access = auth::admin_system,
                         .action = "settings.mtls",
                         .handler = &Mtls::update_settings});
}

namespace {

core::UserId self(const http::Call& call) {
  return core::UserId::from_number(call.caller.user_id).value();
}

// Certificates belong to people: a stolen API key must not become a way to sign in.
void require_session(const http::Call& call) {
  if (call.caller.session_id == 0) {
    throw base::Error{base::ErrorCode::forbidden,
                      "sign-in certificates are managed by people: sign in"};
  }
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'                     ? c - '0'
         : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                  : -1;
}

// As nginx escapes it ($ssl_client_escaped_cert).
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

View view(const core::SignInCertificate& record) {
  const auto certificate = x509::Certificate::parse_pem_or_der(base::as_bytes(record.pem)).value();
  return {.id = record.id,
          .user_id = record.user_id,
          .name = record.name,
          .cert_serial = certificate.serial_number().to_string(),
          .cert_subject = certificate.subject().to_string(),
          .cert_issuer = certificate.issuer().to_string(),
          .cert_fingerprint = record.fingerprint,
          .valid_from = certificate.not_before(),
          .valid_until = certificate.not_after(),
          .enabled = record.is_enabled,
          .created_at = record.created_at,
          .last_used_at = record.last_used_at,
          .cert_id = record.certificate_id};
}

http::Done<SignedInByCertificate> Mtls::login(const http::Call& call) const {
  const auto done = certificates.sign_in(call.act, shown_certificate(call.request));
  auto said = signed_in(done.opened, sign_in, "mtls");
  const auto shown = view(done.certificate);
  return {.data = {std::move(said.data), {shown.cert_serial, shown.name}},
          .message = said.message,
          .headers = said.headers};
}

std::vector<View> Mtls::list(const http::Call& call) const {
  std::vector<View> views;
  for (const auto& record : certificates.list(self(call))) {
    views.push_back(view(record));
  }
  return views;
}

// Who may not change them sees only their own.
All Mtls::all(const http::Call& call, const AllQuery& query) const {
  const bool sees_all = call.caller.rights.include(auth::write_user_certificates.name());
  const auto user = sees_all ? query.user_id : std::optional{self(call)};
  const int per_page = std::clamp(query.per_page, 1, longest_page);
  const int page = std::clamp(query.page, 1, 10'000);
  const auto found = certificates.list(user, per_page, std::int64_t{page - 1} * per_page);
  All all{.items = {},
          .page = page,
          .pages = (found.total + per_page - 1) / per_page,
          .per_page = per_page,
          .total = found.total};
  database.read([&](db::Session& session) {
    const storage::UserStore users{session};
    for (const auto& record : found.items) {
      const auto owner = users.find(record.user_id);
      all.items.push_back({view(record), owner ? owner->username : ""});
    }
  });
  return all;
}

http::Created<MadeView> Mtls::create(const http::Call& call, const CreateBody& body) const {
  require_session(call);
  const auto made = certificates.create(
      call.act, call.caller,
      {.name = body.name, .validity_days = body.validity_days, .authority_id = body.ca_id});
  return {.data = {view(made.certificate), made.certificate.pem,
                   std::string{made.private_key.reveal()}},
          .message = "Keep the private key: it is shown this once"};
}

http::Created<View> Mtls::enroll(const http::Call& call, const EnrollBody& body) const {
  require_session(call);
  const auto record =
      certificates.enroll(call.act, call.caller, body.name.value_or("Client certificate"),
                          shown_certificate(call.request));
  return {.data = view(record), .message = "This certificate signs you in from now on"};
}

http::File Mtls::download(const http::Call& call, const core::SignInCertificateId& id,
                          const DownloadQuery& query) const {
  const auto record = certificates.find(id);
  if (record.user_id != self(call)) {
    throw base::Error{base::ErrorCode::not_found, "no sign-in certificate has this id"};
  }
  const auto name = "sign-in-" + std::to_string(id.to_number());
  if (query.format == "der") {
    const auto der = crypto::der_from(base::as_bytes(record.pem), "CERTIFICATE").value();
    return {name + ".cer", "application/pkix-cert", std::string{base::as_text(der)}};
  }
  if (query.format != "pem") {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"format", "not one of pem, der: the key is not kept"}}};
  }
  return {name + ".pem", "application/x-pem-file", record.pem};
}

http::Done<View> Mtls::enable(const http::Call& call, const core::SignInCertificateId& id,
                              const EnableBody& body) const {
  require_session(call);
  const auto record =
      certificates.set_enabled(call.act, call.caller, id, body.enabled.value_or(true));
  return {.data = view(record),
          .message = record.is_enabled ? "Certificate switched on" : "Certificate switched off"};
}

x509::RevocationReason reason_of(std::string_view text) {
  const auto reason = x509::parse_revocation_reason(text);
  if (!reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"reason", reason.error().reason}}};
  }
  return *reason;
}

http::Done<View> Mtls::revoke(const http::Call& call, const core::SignInCertificateId& id,
                              const RevokeBody& body) const {
  const auto record =
      certificates.revoke(call.act, id, reason_of(body.reason.value_or("unspecified")));
  return {.data = view(record), .message = "Certificate revoked"};
}

http::Message Mtls::remove(const http::Call& call, const core::SignInCertificateId& id) const {
  require_session(call);
  certificates.remove(call.act, call.caller, id);
  return {.message = "This certificate signs you in no more"};
}

SettingsView view(const service::MtlsSettings& settings) {
  const auto authority =
      settings.issuing_ca_id == 0 ? std::nullopt : std::optional{settings.issuing_ca_id};
  return {.enabled = settings.enabled,
          .required = false,
          .trusted_ca_id = authority,
          .issuing_ca_id = authority,
          .needs_restart = false};
}

SettingsView Mtls::read_settings(const http::Call& /*call*/) const {
  return view(certificates.settings());
}

http::Done<SettingsView> Mtls::update_settings(const http::Call& call,
                                               const SettingsBody& body) const {
  if (body.required.value_or(false)) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"required",
                                        "ACME and browsers share this port: demand certificates of "
                                        "people by enforce_2fa instead"}}};
  }
  auto settings = certificates.settings();
  settings.enabled = body.enabled.value_or(settings.enabled);
  settings.issuing_ca_id = body.issuing_ca_id.value_or(settings.issuing_ca_id);
  return {.data = view(certificates.change(call.act, settings)), .message = "Settings saved"};
}

}  // namespace

// The server takes these headers off requests that do not come from a trusted proxy.
base::Bytes shown_certificate(const http::Request& request) {
  const auto verdict = request.header("x-ssl-client-verify");
  const auto forwarded = request.header("x-ssl-client-cert");
  if (verdict.empty() && forwarded.empty()) {
    return base::to_bytes(base::as_bytes(request.peer_certificate));
  }
  if (verdict != "SUCCESS" || forwarded.size() > 64 * 1024) {
    return {};
  }
  const auto text = unescaped(forwarded);
  if (crypto::looks_like_pem(base::as_bytes(text))) {
    return crypto::der_from(base::as_bytes(text), "CERTIFICATE").value_or(base::Bytes{});
  }
  return base::from_base64(text).value_or(base::Bytes{});
}

}  // namespace api::v2
