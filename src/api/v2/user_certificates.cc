#include "api/v2/user_certificates.h"

#include <algorithm>

#include "api/v2/certificate_export.h"
#include "api/v2/certificate_view.h"
#include "crypto/pem.h"
#include "storage/certificate_store.h"
#include "storage/user_certificate_store.h"
#include "storage/user_store.h"

namespace api::v2 {
namespace {

constexpr int longest_page = 100;

struct ListQuery {
  int page = 1;
  int per_page = 25;
  std::optional<storage::UserCertificateStatus> status;
  std::optional<core::UserId> user_id;
  std::string search;
  std::optional<std::string> sort_by;
  std::optional<std::string> sort_order;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page, status, user_id, search, sort_by, sort_order))

// The contract has several names for the same facts.
struct UserCertificateView {
  core::SignInCertificateId id;
  core::UserId user_id;
  std::string username;
  std::string owner;
  core::UserId owner_id;
  std::string name;
  std::string description;
  std::optional<core::CertificateId> cert_id;
  std::string common_name;
  std::string cn;
  std::string subject;
  std::string cert_subject;
  std::string issuer;
  std::string cert_issuer;
  std::string serial_number;
  std::string cert_serial;
  std::string fingerprint;
  std::string cert_fingerprint;
  base::Time valid_from;
  base::Time valid_to;
  base::Time valid_until;
  base::Time not_valid_after;
  storage::UserCertificateStatus status;
  std::int64_t days_remaining;
  bool revoked;
  bool enabled;
  bool has_private_key;
  std::string key_algorithm;
  std::int64_t key_size;
  std::string signature_algorithm;
  std::string cert_type;
  base::Time created_at;
  std::optional<base::Time> last_used_at;
};
BOOST_DESCRIBE_STRUCT(UserCertificateView, (),
                      (id, user_id, username, owner, owner_id, name, description, cert_id,
                       common_name, cn, subject, cert_subject, issuer, cert_issuer, serial_number,
                       cert_serial, fingerprint, cert_fingerprint, valid_from, valid_to,
                       valid_until, not_valid_after, status, days_remaining, revoked, enabled,
                       has_private_key, key_algorithm, key_size, signature_algorithm, cert_type,
                       created_at, last_used_at))

// In the contract, this list has its paging within the data.
struct ListView {
  std::vector<UserCertificateView> items;
  std::int64_t total;
  int page;
  std::int64_t pages;
  int per_page;
};
BOOST_DESCRIBE_STRUCT(ListView, (), (items, total, page, pages, per_page))

struct StatsView {
  std::int64_t total;
  std::int64_t valid;
  std::int64_t expiring;
  std::int64_t expiring_soon;
  std::int64_t expired;
  std::int64_t revoked;
  std::int64_t users;
};
BOOST_DESCRIBE_STRUCT(StatsView, (),
                      (total, valid, expiring, expiring_soon, expired, revoked, users))

// By GET, keys are refused where somebody asks for them; left out, there is none.
struct OwnExportQuery {
  ExportFormat format = ExportFormat::pem;
  std::optional<bool> include_chain;
  std::optional<bool> include_key;
  std::optional<std::string> password;
};
BOOST_DESCRIBE_STRUCT(OwnExportQuery, (), (format, include_chain, include_key, password))

struct RevokeBody {
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (reason))

struct UserCertificates {
  db::Database& database;
  service::CertificateSignIn& certificates;
  service::Authorities& authorities;
  service::Inventory& inventory;

  ListView list(const http::Call& call, const ListQuery& query) const;
  StatsView stats(const http::Call& call) const;
  UserCertificateView read(const http::Call& call, const core::SignInCertificateId& id) const;
  http::File export_get(const http::Call& call, const core::SignInCertificateId& id,
                        const OwnExportQuery& query) const;
  http::File export_post(const http::Call& call, const core::SignInCertificateId& id,
                         const ExportBody& body) const;
  http::Done<UserCertificateView> revoke(const http::Call& call,
                                         const core::SignInCertificateId& id,
                                         const RevokeBody& body) const;
  void remove(const http::Call& call, const core::SignInCertificateId& id) const;

 private:
  core::SignInCertificate visible(const http::Call& call,
                                  const core::SignInCertificateId& id) const;
  UserCertificateView view_of(const core::SignInCertificate& record, base::Time now) const;
  http::File file_of(const http::Call& call, const core::SignInCertificateId& id,
                     const Export& wanted) const;
};

}  // namespace

void add_user_certificates(http::Surface& surface, db::Database& database,
                           service::CertificateSignIn& certificates,
                           service::Authorities& authorities, service::Inventory& inventory) {
  http::Resource users{surface, "User certificates",
                       UserCertificates{database, certificates, authorities, inventory}};

  users.add(http::Endpoint{.method = http::get,
                           .path = "/user-certificates",
                           .summary = "List the certificates of people, the newest first",
                           .access = auth::read_user_certificates,
                           .handler = &UserCertificates::list});
  users.add(http::Endpoint{.method = http::get,
                           .path = "/user-certificates/stats",
                           .summary = "Count the certificates of people by status",
                           .access = auth::read_user_certificates,
                           .handler = &UserCertificates::stats});
  users.add(http::Endpoint{.method = http::get,
                           .path = "/user-certificates/{id}",
                           .summary = "Read one certificate of a person",
                           .access = auth::read_user_certificates,
                           .handler = &UserCertificates::read});
  users.add(http::Endpoint{.method = http::get,
                           .path = "/user-certificates/{id}/export",
                           .summary = "Download a certificate of a person",
                           .access = auth::read_user_certificates,
                           .file_types = export_types(),
                           .handler = &UserCertificates::export_get});
  users.add(http::Endpoint{.method = http::post,
                           .path = "/user-certificates/{id}/export",
                           .summary = "Download a certificate of a person, with its key",
                           .access = auth::read_user_certificates,
                           .limit = http::Limit::strict,
                           .action = "certificate.export",
                           .file_types = export_types(),
                           .handler = &UserCertificates::export_post});
  users.add(http::Endpoint{.method = http::post,
                           .path = "/user-certificates/{id}/revoke",
                           .summary = "Revoke a certificate of a person",
                           .access = auth::write_user_certificates,
                           .limit = http::Limit::strict,
                           .action = "certificate.revoke",
                           .handler = &UserCertificates::revoke});
  users.add(http::Endpoint{.method = http::delete_,
                           .path = "/user-certificates/{id}",
                           .summary = "Take a certificate from a person; it signs nobody in then",
                           .access = auth::delete_user_certificates,
                           .limit = http::Limit::strict,
                           .action = "sign_in_certificate.delete",
                           .handler = &UserCertificates::remove});
}

namespace {

core::UserId self(const http::Call& call) {
  return core::UserId::from_number(call.caller.user_id).value();
}

bool may(const http::Call& call, const auth::Permission& permission) {
  return call.caller.rights.include(permission.name());
}

// Who manages them and who audits; everybody else sees their own.
bool sees_all(const http::Call& call) {
  return may(call, auth::write_user_certificates) || may(call, auth::read_audit);
}

// Auditors look at what there is, and carry nothing away.
void refuse_auditors(const http::Call& call) {
  if (sees_all(call) && !may(call, auth::write_user_certificates)) {
    throw base::Error{base::ErrorCode::forbidden, "auditors download no certificates of people"};
  }
}

bool newest_first(const ListQuery& query) {
  if (query.sort_by && *query.sort_by != "created_at") {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"sort_by", "not created_at"}}};
  }
  if (query.sort_order && *query.sort_order != "asc" && *query.sort_order != "desc") {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"sort_order", "not one of asc, desc"}}};
  }
  return query.sort_order.value_or("desc") == "desc";
}

ListView UserCertificates::list(const http::Call& call, const ListQuery& query) const {
  const storage::UserCertificateFilter filter{
      .owner = sees_all(call) ? query.user_id : std::optional{self(call)},
      .status = query.status,
      .search = query.search};
  const int per_page = std::clamp(query.per_page, 1, longest_page);
  const int page = std::clamp(query.page, 1, 10'000);
  const bool descending = newest_first(query);
  ListView said{.items = {}, .total = 0, .page = page, .pages = 0, .per_page = per_page};
  std::vector<core::SignInCertificate> found;
  database.read([&](db::Session& session) {
    const storage::UserCertificateStore store{session};
    said.total = store.count(filter, call.now);
    found = store.list(filter, descending, per_page, std::int64_t{page - 1} * per_page, call.now);
  });
  said.pages = (said.total + per_page - 1) / per_page;
  for (const auto& record : found) {
    said.items.push_back(view_of(record, call.now));
  }
  return said;
}

StatsView UserCertificates::stats(const http::Call& call) const {
  const auto owner = sees_all(call) ? std::nullopt : std::optional{self(call)};
  const auto totals = database.read([&](db::Session& session) {
    return storage::UserCertificateStore{session}.totals(owner, call.now);
  });
  return {.total = totals.total,
          .valid = totals.valid,
          .expiring = totals.expiring,
          .expiring_soon = totals.expiring,
          .expired = totals.expired,
          .revoked = totals.revoked,
          .users = totals.users};
}

UserCertificateView UserCertificates::read(const http::Call& call,
                                           const core::SignInCertificateId& id) const {
  return view_of(visible(call, id), call.now);
}

http::File UserCertificates::export_get(const http::Call& call, const core::SignInCertificateId& id,
                                        const OwnExportQuery& query) const {
  return file_of(call, id,
                 to_export(ExportQuery{.format = query.format,
                                       .include_chain = query.include_chain.value_or(true),
                                       .include_key = query.include_key.value_or(false),
                                       .password = query.password}));
}

http::File UserCertificates::export_post(const http::Call& call,
                                         const core::SignInCertificateId& id,
                                         const ExportBody& body) const {
  auto wanted = to_export(body);
  wanted.include_chain = body.include_chain.value_or(true);
  return file_of(call, id, wanted);
}

http::Done<UserCertificateView> UserCertificates::revoke(const http::Call& call,
                                                         const core::SignInCertificateId& id,
                                                         const RevokeBody& body) const {
  const auto reason = x509::parse_revocation_reason(body.reason.value_or("unspecified"));
  if (!reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"reason", reason.error().reason}}};
  }
  visible(call, id);
  return {.data = view_of(certificates.revoke(call.act, id, *reason), call.now),
          .message = "Certificate revoked"};
}

void UserCertificates::remove(const http::Call& call, const core::SignInCertificateId& id) const {
  const auto record = visible(call, id);
  // Whoever may delete those of others does it in the owner's name; the act says who it was.
  auto owner = call.caller;
  owner.user_id = record.user_id.to_number();
  certificates.remove(call.act, owner, id);
}

core::SignInCertificate UserCertificates::visible(const http::Call& call,
                                                  const core::SignInCertificateId& id) const {
  auto record = certificates.find(id);
  if (record.user_id != self(call) && !sees_all(call)) {
    throw base::Error{base::ErrorCode::not_found, "no sign-in certificate has this id"};
  }
  return record;
}

UserCertificateView UserCertificates::view_of(const core::SignInCertificate& record,
                                              base::Time now) const {
  using enum storage::UserCertificateStatus;
  const auto certificate = x509::Certificate::parse_pem_or_der(base::as_bytes(record.pem)).value();
  std::optional<core::Certificate> ours;
  std::optional<core::User> user;
  database.read([&](db::Session& session) {
    if (record.certificate_id) {
      ours = storage::CertificateStore{session}.find(*record.certificate_id);
    }
    user = storage::UserStore{session}.find(record.user_id);
  });
  const bool is_revoked = ours && ours->revoked_at;
  const auto left = certificate.not_after() - now;
  const auto username = user ? user->username : std::string{};
  const auto name = core::display_name(certificate);
  const auto key = key_parts(crypto::key_facts(certificate.spki()).name);
  const auto fingerprint = with_colons(certificate.sha256_fingerprint());
  return {.id = record.id,
          .user_id = record.user_id,
          .username = username,
          .owner = username,
          .owner_id = record.user_id,
          .name = record.name,
          .description = record.name,
          .cert_id = record.certificate_id,
          .common_name = name,
          .cn = name,
          .subject = certificate.subject().to_string(),
          .cert_subject = certificate.subject().to_string(),
          .issuer = certificate.issuer().to_string(),
          .cert_issuer = certificate.issuer().to_string(),
          .serial_number = certificate.serial_number().to_string(),
          .cert_serial = certificate.serial_number().to_string(),
          .fingerprint = fingerprint,
          .cert_fingerprint = fingerprint,
          .valid_from = certificate.not_before(),
          .valid_to = certificate.not_after(),
          .valid_until = certificate.not_after(),
          .not_valid_after = certificate.not_after(),
          .status = is_revoked                    ? revoked
                    : left <= base::Seconds{0}    ? expired
                    : left <= core::expiring_soon ? expiring
                                                  : valid,
          .days_remaining = std::chrono::floor<std::chrono::days>(left).count(),
          .revoked = is_revoked,
          .enabled = record.is_enabled,
          .has_private_key = ours && ours->key_id,
          .key_algorithm = key.algorithm,
          .key_size = key.size,
          .signature_algorithm = crypto::algorithm_name(certificate.signature_algorithm_der()),
          .cert_type = "usr_cert",
          .created_at = record.created_at,
          .last_used_at = record.last_used_at};
}

http::File UserCertificates::file_of(const http::Call& call, const core::SignInCertificateId& id,
                                     const Export& wanted) const {
  const auto record = visible(call, id);
  refuse_auditors(call);
  const auto ours = database.read([&](db::Session& session) {
    return record.certificate_id ? storage::CertificateStore{session}.find(*record.certificate_id)
                                 : std::nullopt;
  });
  Exportable exported{
      .name = record.name,
      .der = crypto::der_from(base::as_bytes(record.pem), "CERTIFICATE").value(),
      .above = {},
      .reveal_key =
          [&](bool /*encrypted*/) {
            if (!ours) {
              throw base::Error{base::ErrorCode::not_found,
                                "the private key of this certificate is not kept here"};
            }
            return inventory.reveal_key(call.act, ours->id);
          },
      // One's own key is one's own; that of another is a private key like any.
      .key_permission =
          record.user_id == self(call) ? auth::read_user_certificates : auth::read_private_keys};
  if (ours) {
    exported.above = authorities.issuer(ours->authority_id)->chain;
  }
  return export_file(call, exported, wanted);
}

}  // namespace
}  // namespace api::v2
