#include "api/v2/certificates.h"

#include "api/v2/certificate_export.h"
#include "api/v2/certificate_orders.h"
#include "api/v2/certificate_view.h"
#include "api/v2/paging.h"
#include "storage/audit_store.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

constexpr std::size_t most_in_bulk = 100;

struct ListQuery {
  int page = 1;
  int per_page = 20;
  std::vector<std::string> status;  // active, valid, expiring, expired, revoked
  std::optional<core::AuthorityId> ca_id;
  std::vector<core::Source> source;
  std::string search;
  storage::CertificateOrderBy sort_by = storage::CertificateOrderBy::created_at;
  std::optional<std::string> sort_order;
  std::optional<base::Time> expires_after;
  std::optional<base::Time> expires_before;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (),
                      (page, per_page, status, ca_id, source, search, sort_by, sort_order,
                       expires_after, expires_before))

struct Stats {
  std::int64_t total;
  std::int64_t valid;
  std::int64_t expiring;
  std::int64_t expired;
  std::int64_t revoked;
  std::vector<std::string> sources;
};
BOOST_DESCRIBE_STRUCT(Stats, (), (total, valid, expiring, expired, revoked, sources))

struct ChainLink {
  std::optional<core::AuthorityId> ca_id;
  std::string common_name;
  std::string subject;
  base::Time valid_until;
  std::string fingerprint;
  std::string pem;
};
BOOST_DESCRIBE_STRUCT(ChainLink, (), (ca_id, common_name, subject, valid_until, fingerprint, pem))

struct ExtensionView {
  std::string oid;
  std::string name;
  bool critical;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(ExtensionView, (), (oid, name, critical, value))

struct TimelineEntry {
  base::Time at;
  std::string action;
  std::string by;
  std::string detail;  // in words; empty when the action says it all
};
BOOST_DESCRIBE_STRUCT(TimelineEntry, (), (at, action, by, detail))

struct CertificateDetail : CertificateView {
  std::vector<ChainLink> chain;
  std::vector<ExtensionView> extensions;
  std::vector<TimelineEntry> timeline;
};
BOOST_DESCRIBE_STRUCT(CertificateDetail, (CertificateView), (chain, extensions, timeline))

struct RenewBody {
  std::optional<int> validity_days;
};
BOOST_DESCRIBE_STRUCT(RenewBody, (), (validity_days))

struct RevokeBody {
  std::optional<std::string> reason;
  std::optional<std::string> comments;
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (reason, comments))

struct BulkBody {
  std::vector<core::CertificateId> ids;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (ids))

struct BulkRevokeBody {
  std::vector<core::CertificateId> ids;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(BulkRevokeBody, (), (ids, reason))

struct BulkFailure {
  core::CertificateId id;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(BulkFailure, (), (id, error))

struct BulkResult {
  std::vector<core::CertificateId> success;
  std::vector<BulkFailure> failed;
};
BOOST_DESCRIBE_STRUCT(BulkResult, (), (success, failed))

struct UpdateBody {
  std::optional<std::string> descr;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (descr))

struct Certificates {
  db::Database& database;
  service::Authorities& authorities;
  service::Issuance& issuance;
  service::Revocation& revocation;
  service::Inventory& inventory;
  service::StoredSettings<service::General>& general;

  http::Page<CertificateView> list(const http::Call& call, const ListQuery& query) const;
  Stats stats(const http::Call& call) const;
  http::Created<CertificateView> issue(const http::Call& call, const IssueBody& body) const;
  CertificateDetail read(const http::Call& call, const core::CertificateId& id) const;
  http::File export_get(const http::Call& call, const core::CertificateId& id,
                        const ExportQuery& query) const;
  http::File export_post(const http::Call& call, const core::CertificateId& id,
                         const ExportBody& body) const;
  http::Done<CertificateView> renew(const http::Call& call, const core::CertificateId& id,
                                    const RenewBody& body) const;
  http::Done<CertificateView> revoke(const http::Call& call, const core::CertificateId& id,
                                     const RevokeBody& body) const;
  void remove(const http::Call& call, const core::CertificateId& id) const;
  http::Done<BulkResult> bulk_revoke(const http::Call& call, const BulkRevokeBody& body) const;
  http::Done<BulkResult> bulk_renew(const http::Call& call, const BulkBody& body) const;
  http::Done<BulkResult> bulk_remove(const http::Call& call, const BulkBody& body) const;

 private:
  core::Certificate existing(const core::CertificateId& id) const;
};

const std::vector<std::string> export_types{"application/x-pem-file", "application/pkix-cert",
                                            "application/x-pkcs12",
                                            "application/x-pkcs7-certificates"};

}  // namespace

void add_certificates(http::Surface& surface, db::Database& database,
                      service::Authorities& authorities, service::Issuance& issuance,
                      service::Revocation& revocation, service::Inventory& inventory,
                      service::StoredSettings<service::General>& general) {
  http::Resource certificates{
      surface, "Certificates",
      Certificates{database, authorities, issuance, revocation, inventory, general}};

  certificates.add(http::Endpoint{.method = http::get,
                                  .path = "/certificates",
                                  .summary = "List certificates, the newest first",
                                  .access = auth::read_certificates,
                                  .handler = &Certificates::list});
  certificates.add(http::Endpoint{.method = http::get,
                                  .path = "/certificates/stats",
                                  .summary = "Count certificates by status",
                                  .access = auth::read_certificates,
                                  .handler = &Certificates::stats});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates",
                                  .summary = "Issue a certificate, from parameters or a CSR",
                                  .access = auth::write_certificates,
                                  .action = "certificate.issue",
                                  .handler = &Certificates::issue});
  certificates.add(http::Endpoint{.method = http::get,
                                  .path = "/certificates/{cert_id}",
                                  .summary = "Read one certificate",
                                  .access = auth::read_certificates,
                                  .handler = &Certificates::read});
  certificates.add(http::Endpoint{.method = http::get,
                                  .path = "/certificates/{cert_id}/export",
                                  .summary = "Download a certificate",
                                  .access = auth::read_certificates,
                                  .file_types = export_types,
                                  .handler = &Certificates::export_get});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/export",
                                  .summary = "Download a certificate, with its key or a password",
                                  .access = auth::read_certificates,
                                  .action = "certificate.export",
                                  .file_types = export_types,
                                  .handler = &Certificates::export_post});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/renew",
                                  .summary = "Issue the same certificate again",
                                  .access = auth::write_certificates,
                                  .action = "certificate.renew",
                                  .handler = &Certificates::renew});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/revoke",
                                  .summary = "Revoke a certificate for good",
                                  .access = auth::write_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.revoke",
                                  .handler = &Certificates::revoke});
  certificates.add(http::Endpoint{.method = http::delete_,
                                  .path = "/certificates/{cert_id}",
                                  .summary = "Delete a certificate that has expired",
                                  .access = auth::delete_certificates,
                                  .action = "certificate.delete",
                                  .handler = &Certificates::remove});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/bulk/revoke",
                                  .summary = "Revoke several certificates",
                                  .access = auth::write_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.revoke",
                                  .handler = &Certificates::bulk_revoke});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/bulk/renew",
                                  .summary = "Renew several certificates",
                                  .access = auth::write_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.renew",
                                  .handler = &Certificates::bulk_renew});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/bulk/delete",
                                  .summary = "Delete several certificates that have expired",
                                  .access = auth::delete_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.delete",
                                  .handler = &Certificates::bulk_remove});
}

namespace {

// The contract's words for a status; `active` is all that is in force.
std::vector<core::CertificateStatus> statuses(const std::vector<std::string>& words) {
  std::vector<core::CertificateStatus> result;
  for (const auto& word : words) {
    if (word == "active") {
      result.push_back(core::CertificateStatus::valid);
      result.push_back(core::CertificateStatus::expiring);
      continue;
    }
    const auto status = base::from_text<core::CertificateStatus>(word);
    if (!status) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"status",
                                          "not one of active, valid, expiring, expired, "
                                          "revoked"}}};
    }
    result.push_back(*status);
  }
  return result;
}

bool descending(const ListQuery& query) {
  if (query.sort_order && *query.sort_order != "asc" && *query.sort_order != "desc") {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"sort_order", "not one of asc, desc"}}};
  }
  return query.sort_order ? *query.sort_order == "desc"
                          : query.sort_by == storage::CertificateOrderBy::created_at;
}

x509::RevocationReason reason_of(const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return x509::RevocationReason::unspecified;
  }
  const auto reason = x509::parse_revocation_reason(*text);
  if (!reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"reason", reason.error().reason}}};
  }
  return *reason;
}

std::optional<std::chrono::seconds> validity_of(const std::optional<int>& days) {
  if (!days) {
    return std::nullopt;
  }
  if (*days < 1 || *days > 3650) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"validity_days", "not between 1 and 3650"}}};
  }
  return std::chrono::days{*days};
}

// Does the same to each; what fails says why, and the others go on.
template <class Work>
http::Done<BulkResult> each(const std::vector<core::CertificateId>& ids, std::string_view done,
                            Work work) {
  if (ids.empty() || ids.size() > most_in_bulk) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"ids", "takes 1 to 100 ids"}}};
  }
  BulkResult result;
  for (const auto& id : ids) {
    try {
      work(id);
      result.success.push_back(id);
    } catch (const base::Error& error) {
      if (error.code() == base::ErrorCode::internal) {
        throw;
      }
      result.failed.push_back({id, error.what()});
    }
  }
  auto message = std::to_string(result.success.size()) + " " + std::string{done};
  if (!result.failed.empty()) {
    message += ", " + std::to_string(result.failed.size()) + " failed";
  }
  return {.data = std::move(result), .message = std::move(message)};
}

// What an audit entry of a certificate says beside its action.
struct EntryDetails {
  std::optional<std::string> reason;
  std::optional<std::string> comment;
  std::optional<std::string> authority;
  std::optional<std::string> profile;
};
BOOST_DESCRIBE_STRUCT(EntryDetails, (), (reason, comment, authority, profile))

std::string in_words(const std::string& details) {
  const auto entry = json::parse<EntryDetails>(details, json::Unknown::ignore);
  std::string text;
  for (const auto& part : {entry.reason, entry.comment, entry.authority, entry.profile}) {
    if (part && !part->empty()) {
      text += (text.empty() ? "" : " · ") + *part;
    }
  }
  return text;
}

http::Page<CertificateView> Certificates::list(const http::Call& call,
                                               const ListQuery& query) const {
  const storage::CertificateFilter filter{.any_status = statuses(query.status),
                                          .authority_id = query.ca_id,
                                          .any_source = query.source,
                                          .expires_from = query.expires_after,
                                          .expires_before = query.expires_before,
                                          .search = query.search};
  const Paging paging{query.page, query.per_page};
  const storage::CertificateListing listing{.order_by = query.sort_by,
                                            .descending = descending(query),
                                            .offset = paging.offset,
                                            .limit = paging.per_page};
  http::Page<CertificateView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  std::vector<core::Certificate> found;
  database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    const auto count = store.count(filter, call.now);
    page.total = count.number;
    page.total_is_exact = count.is_exact;
    found = store.list(filter, listing, call.now);
  });
  for (const auto& certificate : found) {
    page.items.push_back(view(certificate, authorities, call.now));
  }
  return page;
}

Stats Certificates::stats(const http::Call& call) const {
  const auto totals = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.totals(call.now); });
  return {.total = totals.total,
          .valid = totals.valid,
          .expiring = totals.expiring,
          .expired = totals.expired,
          .revoked = totals.revoked,
          .sources = {"manual", "csr", "acme", "system"}};
}

http::Created<CertificateView> Certificates::issue(const http::Call& call,
                                                   const IssueBody& body) const {
  const auto default_authority = body.ca_id ? *body.ca_id : authorities.default_authority();
  const auto request = issue_request(body, default_authority, general.get());
  const auto certificate = issuance.issue(call.act, request);
  return {.data = view(certificate, authorities, call.now),
          .message = "Certificate issued successfully"};
}

CertificateDetail Certificates::read(const http::Call& call, const core::CertificateId& id) const {
  const auto certificate = existing(id);
  const auto parsed = x509::Certificate::parse(certificate.der).value();
  CertificateDetail detail{view(certificate, authorities, call.now), {}, {}, {}};

  auto issuer = authorities.issuer(certificate.authority_id);
  for (int depth = 0; issuer && depth < 16; ++depth) {
    const auto& authority = issuer->authority;
    detail.chain.push_back({.ca_id = authority.id,
                            .common_name = authority.common_name,
                            .subject = authority.subject,
                            .valid_until = authority.not_after,
                            .fingerprint = authority.fingerprint,
                            .pem = issuer->certificate.pem()});
    issuer = authority.parent_id ? authorities.issuer(*authority.parent_id) : nullptr;
  }
  for (const auto& extension : parsed.describe_extensions()) {
    detail.extensions.push_back(
        {extension.oid, extension.name, extension.critical, extension.value});
  }
  const storage::AuditFilter of_this{.resource_type = "certificate", .resource_id = id.to_number()};
  const auto entries = database.read(
      [&](db::Session& session) { return storage::AuditStore{session}.list(of_this, 0, 50); });
  for (const auto& entry : entries) {
    detail.timeline.push_back({entry.at, entry.action, entry.username, in_words(entry.details)});
  }
  return detail;
}

http::File Certificates::export_get(const http::Call& call, const core::CertificateId& id,
                                    const ExportQuery& query) const {
  return export_certificate(call, existing(id), to_export(query), authorities, inventory);
}

http::File Certificates::export_post(const http::Call& call, const core::CertificateId& id,
                                     const ExportBody& body) const {
  return export_certificate(call, existing(id), to_export(body), authorities, inventory);
}

http::Done<CertificateView> Certificates::renew(const http::Call& call,
                                                const core::CertificateId& id,
                                                const RenewBody& body) const {
  const auto renewed = issuance.renew(call.act, id, validity_of(body.validity_days));
  return {.data = view(renewed, authorities, call.now), .message = "Certificate renewed"};
}

http::Done<CertificateView> Certificates::revoke(const http::Call& call,
                                                 const core::CertificateId& id,
                                                 const RevokeBody& body) const {
  const auto revoked =
      revocation.revoke(call.act, id, reason_of(body.reason), body.comments.value_or(""));
  return {.data = view(revoked, authorities, call.now), .message = "Certificate revoked"};
}

void Certificates::remove(const http::Call& call, const core::CertificateId& id) const {
  inventory.remove(call.act, id);
}

http::Done<BulkResult> Certificates::bulk_revoke(const http::Call& call,
                                                 const BulkRevokeBody& body) const {
  const auto reason = reason_of(body.reason);
  return each(body.ids, "revoked",
              [&](const auto& id) { revocation.revoke(call.act, id, reason); });
}

http::Done<BulkResult> Certificates::bulk_renew(const http::Call& call,
                                                const BulkBody& body) const {
  return each(body.ids, "renewed",
              [&](const auto& id) { issuance.renew(call.act, id, std::nullopt); });
}

http::Done<BulkResult> Certificates::bulk_remove(const http::Call& call,
                                                 const BulkBody& body) const {
  return each(body.ids, "deleted", [&](const auto& id) { remove(call, id); });
}

core::Certificate Certificates::existing(const core::CertificateId& id) const {
  auto certificate = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
  if (!certificate) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  return *std::move(certificate);
}

}  // namespace
}  // namespace api::v2
