#include "api/v2/certificates.h"

#include "api/v2/certificate_export.h"
#include "api/v2/certificate_orders.h"
#include "api/v2/certificate_selection.h"
#include "api/v2/certificate_view.h"
#include "api/v2/paging.h"
#include "storage/audit_store.h"
#include "storage/certificate_store.h"
#include "storage/template_store.h"

namespace api::v2 {
namespace {

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
  std::optional<core::CertificateId> cursor;  // the last page's next_cursor, instead of a page
  std::vector<std::string> tag;               // any of them; several with commas, or repeated
};
BOOST_DESCRIBE_STRUCT(ListQuery, (),
                      (page, per_page, status, ca_id, source, search, sort_by, sort_order,
                       expires_after, expires_before, cursor, tag))

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
  std::optional<core::TemplateId> template_id;  // what made it
  std::optional<std::int64_t> template_version;
  std::string template_name;  // as it is called now; empty: none
  std::vector<core::lint::Finding> lint;
};
BOOST_DESCRIBE_STRUCT(CertificateDetail, (CertificateView),
                      (chain, extensions, timeline, template_id, template_version, template_name,
                       lint))

struct RenewBody {
  std::optional<int> validity_days;
};
BOOST_DESCRIBE_STRUCT(RenewBody, (), (validity_days))

struct RevokeBody {
  static constexpr json::Alias aliases[] = {{"invalidity_at", "invalidity_date"}};
  std::optional<std::string> reason;
  std::optional<std::string> comments;
  std::optional<base::Time> invalidity_date;  // since when the key is not to be trusted
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (reason, comments, invalidity_date))

struct KeyBody {
  static constexpr json::Alias aliases[] = {{"private_key", "key"}, {"password", "passphrase"}};
  base::Secret key;
  std::optional<base::Secret> passphrase;
};
BOOST_DESCRIBE_STRUCT(KeyBody, (), (key, passphrase))

struct Certificates {
  db::Database& database;
  service::Authorities& authorities;
  service::Issuance& issuance;
  service::Revocation& revocation;
  service::Inventory& inventory;
  service::StoredSettings<service::General>& general;
  service::Restrictions& restrictions;

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
  http::Done<CertificateView> release(const http::Call& call, const core::CertificateId& id) const;
  void remove(const http::Call& call, const core::CertificateId& id) const;
  http::Done<CertificateView> attach_key(const http::Call& call, const core::CertificateId& id,
                                         const KeyBody& body) const;

 private:
  core::Certificate existing(const core::CertificateId& id) const;
  CertificateView shown(const core::Certificate& certificate, base::Time now) const;
};

}  // namespace

void add_certificates(http::Surface& surface, db::Database& database,
                      service::Authorities& authorities, service::Issuance& issuance,
                      service::Revocation& revocation, service::Inventory& inventory,
                      service::StoredSettings<service::General>& general,
                      service::Restrictions& restrictions) {
  http::Resource certificates{
      surface, "Certificates",
      Certificates{database, authorities, issuance, revocation, inventory, general, restrictions}};

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
                                  .is_quick = true,
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
                                  .file_types = export_types(),
                                  .handler = &Certificates::export_get});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/export",
                                  .summary = "Download a certificate, with its key or a password",
                                  .access = auth::read_certificates,
                                  .action = "certificate.export",
                                  .file_types = export_types(),
                                  .handler = &Certificates::export_post});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/renew",
                                  .summary = "Issue the same certificate again",
                                  .access = auth::write_certificates,
                                  .action = "certificate.renew",
                                  .handler = &Certificates::renew});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/revoke",
                                  .summary = "Revoke a certificate, or put it on hold",
                                  .access = auth::write_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.revoke",
                                  .handler = &Certificates::revoke});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/unhold",
                                  .summary = "Take a certificate off hold",
                                  .access = auth::write_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.release",
                                  .handler = &Certificates::release});
  certificates.add(http::Endpoint{.method = http::delete_,
                                  .path = "/certificates/{cert_id}",
                                  .summary = "Delete a certificate that has expired",
                                  .access = auth::delete_certificates,
                                  .action = "certificate.delete",
                                  .handler = &Certificates::remove});
  certificates.add(http::Endpoint{.method = http::post,
                                  .path = "/certificates/{cert_id}/key",
                                  .summary = "Keep the private key of a certificate",
                                  .access = auth::write_certificates,
                                  .limit = http::Limit::strict,
                                  .action = "certificate.attach_key",
                                  .handler = &Certificates::attach_key});
}

namespace {

bool descending(const ListQuery& query) {
  if (query.sort_order && *query.sort_order != "asc" && *query.sort_order != "desc") {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"sort_order", "not one of asc, desc"}}};
  }
  return query.sort_order ? *query.sort_order == "desc"
                          : query.sort_by == storage::CertificateOrderBy::created_at;
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

// What an audit entry of a certificate says beside its action.
struct EntryDetails {
  std::optional<std::string> reason;
  std::optional<std::string> comment;
  std::optional<std::string> authority;
  std::optional<std::string> profile;
  std::optional<std::vector<std::string>> added;  // tags
  std::optional<std::vector<std::string>> removed;
};
BOOST_DESCRIBE_STRUCT(EntryDetails, (), (reason, comment, authority, profile, added, removed))

std::string in_words(std::string_view what, const std::optional<std::vector<std::string>>& tags) {
  std::string text;
  for (const auto& tag : tags.value_or(std::vector<std::string>{})) {
    text += (text.empty() ? std::string{what} + " " : ", ") + tag;
  }
  return text;
}

std::string in_words(const std::string& details) {
  const auto entry = json::parse<EntryDetails>(details, json::Unknown::ignore);
  std::string text;
  for (const auto& part : {entry.reason.value_or(""), entry.comment.value_or(""),
                           entry.authority.value_or(""), entry.profile.value_or(""),
                           in_words("added", entry.added), in_words("removed", entry.removed)}) {
    if (!part.empty()) {
      text += (text.empty() ? "" : " · ") + part;
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
                                          .search = query.search,
                                          .any_tag = tags_in(query.tag),
                                          .within = *restrictions.reach_of(call.caller)};
  const Paging paging{query.page, query.per_page};
  storage::CertificateListing listing{.order_by = query.sort_by,
                                      .descending = descending(query),
                                      .offset = query.cursor ? 0 : paging.offset,
                                      .limit = paging.per_page,
                                      .after = query.cursor};
  http::Page<CertificateView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  std::vector<core::Certificate> found;
  database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    listing.count = store.count(filter, call.now);
    page.total = listing.count->number;
    page.total_is_exact = listing.count->is_exact;
    found = store.list(filter, listing, call.now);
  });
  page.items = views(database, found, authorities, call.now);
  if (std::ssize(found) == paging.per_page) {
    page.next_cursor = std::to_string(found.back().id.to_number());
  }
  return page;
}

Stats Certificates::stats(const http::Call& call) const {
  const auto reach = restrictions.reach_of(call.caller);
  const auto totals = database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    return reach->is_everything() ? store.totals(call.now) : store.totals_within(*reach, call.now);
  });
  return {.total = totals.total,
          .valid = totals.valid,
          .expiring = totals.expiring,
          .expired = totals.expired,
          .revoked = totals.revoked,
          .sources = {"manual", "csr", "acme", "system", "import"}};
}

http::Created<CertificateView> Certificates::issue(const http::Call& call,
                                                   const IssueBody& body) const {
  const auto default_authority = body.ca_id ? *body.ca_id : authorities.default_authority();
  const auto tags = restrictions.require_new(call.caller, default_authority, body.template_id,
                                             body.tags.value_or(std::vector<core::Tag>{}));
  auto request = issue_request(body, default_authority, general.get());
  request.tags = tags;
  const auto certificate = issuance.issue(call.act, request);
  return {.data = view(certificate, tags, authorities, call.now),
          .message = "Certificate issued successfully"};
}

CertificateDetail Certificates::read(const http::Call& call, const core::CertificateId& id) const {
  const auto certificate = existing(id);
  const auto parsed = x509::Certificate::parse(certificate.der).value();
  CertificateDetail detail{shown(certificate, call.now),
                           {},
                           {},
                           {},
                           certificate.template_id,
                           certificate.template_version,
                           {},
                           core::lint::findings_from(certificate.lint)};

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
  const auto entries = database.read([&](db::Session& session) {
    if (certificate.template_id) {
      const auto used = storage::TemplateStore{session}.find(*certificate.template_id);
      detail.template_name = used ? used->name : "";
    }
    return storage::AuditStore{session}.list(of_this, 0, 50);
  });
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
  return {.data = shown(renewed, call.now), .message = "Certificate renewed"};
}

http::Done<CertificateView> Certificates::revoke(const http::Call& call,
                                                 const core::CertificateId& id,
                                                 const RevokeBody& body) const {
  const auto revoked = revocation.revoke(call.act, id,
                                         {.reason = reason_of(body.reason),
                                          .comments = body.comments.value_or(""),
                                          .invalidity_at = body.invalidity_date});
  return {.data = shown(revoked, call.now),
          .message = core::is_on_hold(revoked) ? "Certificate put on hold" : "Certificate revoked"};
}

http::Done<CertificateView> Certificates::release(const http::Call& call,
                                                  const core::CertificateId& id) const {
  const auto released = revocation.release(call.act, id);
  return {.data = shown(released, call.now), .message = "Certificate taken off hold"};
}

void Certificates::remove(const http::Call& call, const core::CertificateId& id) const {
  inventory.remove(call.act, id);
}

http::Done<CertificateView> Certificates::attach_key(const http::Call& call,
                                                     const core::CertificateId& id,
                                                     const KeyBody& body) const {
  const auto key = crypto::PrivateKey::read(base::as_bytes(body.key.reveal()), body.passphrase);
  if (!key) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"key", key.error().reason}}};
  }
  const auto certificate = inventory.attach_key(call.act, id, *key);
  return {.data = shown(certificate, call.now), .message = "Private key kept"};
}

core::Certificate Certificates::existing(const core::CertificateId& id) const {
  auto certificate = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
  if (!certificate) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  return *std::move(certificate);
}

CertificateView Certificates::shown(const core::Certificate& certificate, base::Time now) const {
  return views(database, {certificate}, authorities, now).front();
}

}  // namespace
}  // namespace api::v2
