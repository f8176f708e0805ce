#include "api/v2/certificate_bulk.h"

#include "api/v2/bulk.h"
#include "api/v2/certificate_export.h"
#include "api/v2/certificate_selection.h"
#include "api/v2/certificate_view.h"
#include "api/v2/zip.h"
#include "crypto/pkcs12.h"

namespace api::v2 {
namespace {

constexpr std::int64_t most_matching = 1000;  // that are changed by one request
constexpr std::int64_t most_exported = 5000;

struct BulkBody {
  std::optional<std::vector<core::CertificateId>> ids;
  std::optional<CertificateMatch> filter;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (ids, filter))

struct BulkRevokeBody {
  std::optional<std::vector<core::CertificateId>> ids;
  std::optional<CertificateMatch> filter;
  std::optional<std::string> reason;
  std::optional<std::string> comments;
};
BOOST_DESCRIBE_STRUCT(BulkRevokeBody, (), (ids, filter, reason, comments))

struct BulkExportBody {
  std::optional<std::vector<core::CertificateId>> ids;
  std::optional<CertificateMatch> filter;
  std::optional<ExportFormat> format;
  std::optional<bool> include_chain;
  std::optional<bool> include_key;
  std::optional<base::Secret> password;
  std::optional<bool> legacy_encryption;
};
BOOST_DESCRIBE_STRUCT(BulkExportBody, (),
                      (ids, filter, format, include_chain, include_key, password,
                       legacy_encryption))

BOOST_DEFINE_ENUM_CLASS(BundleFormat, pem, pkcs7, p7b)

struct BundleQuery {
  BundleFormat format = BundleFormat::pem;
  bool include_chain = false;
  std::vector<std::string> status;
  std::optional<core::AuthorityId> ca_id;
  std::vector<core::Source> source;
  std::string search;
  std::vector<std::string> tag;
};
BOOST_DESCRIBE_STRUCT(BundleQuery, (), (format, include_chain, status, ca_id, source, search, tag))

struct BundleBody {
  std::optional<BundleFormat> format;
  std::optional<bool> include_chain;
  std::optional<CertificateMatch> filter;
};
BOOST_DESCRIBE_STRUCT(BundleBody, (), (format, include_chain, filter))

struct BulkTagBody {
  std::optional<std::vector<core::CertificateId>> ids;
  std::optional<CertificateMatch> filter;
  std::optional<std::vector<core::Tag>> add;
  std::optional<std::vector<core::Tag>> remove;
};
BOOST_DESCRIBE_STRUCT(BulkTagBody, (), (ids, filter, add, remove))

struct CertificatesInBulk {
  db::Database& database;
  service::Authorities& authorities;
  service::Issuance& issuance;
  service::Revocation& revocation;
  service::Inventory& inventory;
  service::Restrictions& restrictions;
  service::Tags& tags;

  http::Done<BulkResult> revoke(const http::Call& call, const BulkRevokeBody& body) const;
  http::Done<BulkResult> release(const http::Call& call, const BulkBody& body) const;
  http::Done<BulkResult> renew(const http::Call& call, const BulkBody& body) const;
  http::Done<BulkResult> remove(const http::Call& call, const BulkBody& body) const;
  http::Done<BulkResult> change_tags(const http::Call& call, const BulkTagBody& body) const;
  http::File download(const http::Call& call, const BulkExportBody& body) const;
  http::File bundle_get(const http::Call& call, const BundleQuery& query) const;
  http::File bundle_post(const http::Call& call, const BundleBody& body) const;

 private:
  template <class Body>
  std::vector<core::CertificateId> chosen(const http::Call& call, const Body& body) const;
  std::vector<core::Certificate> found(const std::vector<core::CertificateId>& ids,
                                       const core::Reach& reach) const;
  http::File bundle(const http::Call& call, storage::CertificateFilter filter, BundleFormat format,
                    bool include_chain) const;
};

const std::vector<std::string> bundle_types{"application/x-pem-file",
                                            "application/x-pkcs7-certificates"};

}  // namespace

void add_certificate_bulk(http::Surface& surface, db::Database& database,
                          service::Authorities& authorities, service::Issuance& issuance,
                          service::Revocation& revocation, service::Inventory& inventory,
                          service::Restrictions& restrictions, service::Tags& tags) {
  http::Resource bulk{surface, "Certificates",
                      CertificatesInBulk{database, authorities, issuance, revocation, inventory,
                                         restrictions, tags}};

  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/revoke",
                          .summary = "Revoke several certificates, or all that match",
                          .access = auth::write_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.revoke",
                          .handler = &CertificatesInBulk::revoke});
  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/unhold",
                          .summary = "Take several certificates off hold, or all that match",
                          .access = auth::write_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.release",
                          .handler = &CertificatesInBulk::release});
  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/renew",
                          .summary = "Renew several certificates, or all that match",
                          .access = auth::write_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.renew",
                          .handler = &CertificatesInBulk::renew});
  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/delete",
                          .summary = "Delete several certificates that have expired",
                          .access = auth::delete_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.delete",
                          .handler = &CertificatesInBulk::remove});
  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/tags",
                          .summary = "Add tags to several certificates, or take some away",
                          .access = auth::write_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.tag",
                          .handler = &CertificatesInBulk::change_tags});
  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/bulk/export",
                          .summary = "Download several certificates as a ZIP file",
                          .access = auth::read_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.export",
                          .file_types = {"application/zip"},
                          .handler = &CertificatesInBulk::download});
  bulk.add(http::Endpoint{.method = http::get,
                          .path = "/certificates/export",
                          .summary = "Download all certificates that match in one file",
                          .access = auth::read_certificates,
                          .limit = http::Limit::strict,
                          .file_types = bundle_types,
                          .handler = &CertificatesInBulk::bundle_get});
  bulk.add(http::Endpoint{.method = http::post,
                          .path = "/certificates/export",
                          .summary = "Download all certificates that match in one file",
                          .access = auth::read_certificates,
                          .limit = http::Limit::strict,
                          .action = "certificate.export",
                          .file_types = bundle_types,
                          .handler = &CertificatesInBulk::bundle_post});
}

namespace {

http::Done<BulkResult> CertificatesInBulk::revoke(const http::Call& call,
                                                  const BulkRevokeBody& body) const {
  const auto reason = reason_of(body.reason);
  return each_of(chosen(call, body), "revoked", [&](const auto& id) {
    restrictions.require(call.caller, id);
    revocation.revoke(call.act, id, reason, body.comments.value_or(""));
  });
}

http::Done<BulkResult> CertificatesInBulk::release(const http::Call& call,
                                                   const BulkBody& body) const {
  return each_of(chosen(call, body), "taken off hold", [&](const auto& id) {
    restrictions.require(call.caller, id);
    revocation.release(call.act, id);
  });
}

http::Done<BulkResult> CertificatesInBulk::renew(const http::Call& call,
                                                 const BulkBody& body) const {
  return each_of(chosen(call, body), "renewed", [&](const auto& id) {
    restrictions.require(call.caller, id);
    issuance.renew(call.act, id, std::nullopt);
  });
}

http::Done<BulkResult> CertificatesInBulk::remove(const http::Call& call,
                                                  const BulkBody& body) const {
  return each_of(chosen(call, body), "deleted", [&](const auto& id) {
    restrictions.require(call.caller, id);
    inventory.remove(call.act, id);
  });
}

http::Done<BulkResult> CertificatesInBulk::change_tags(const http::Call& call,
                                                       const BulkTagBody& body) const {
  const core::TagChange change{.added = body.add.value_or(std::vector<core::Tag>{}),
                               .removed = body.remove.value_or(std::vector<core::Tag>{})};
  if (change.is_empty()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"add", "name tags to add or to remove"}}};
  }
  core::check_number_of(change.added, "add");
  if (change.removed.size() > 100) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"remove", "names more than 100"}}};
  }
  const auto reach = restrictions.reach_of(call.caller);
  return each_of(chosen(call, body), "tagged",
                 [&](const auto& id) { tags.change(call.act, *reach, id, change); });
}

// Names within a ZIP file: what the certificate is called, and its number, which makes it unique.
std::string entry_name(const core::Certificate& certificate, const http::File& file) {
  const auto dot = file.name.rfind('.');
  return file.name.substr(0, dot) + "-" + std::to_string(certificate.id.to_number()) +
         (dot == std::string::npos ? "" : file.name.substr(dot));
}

http::File CertificatesInBulk::download(const http::Call& call, const BulkExportBody& body) const {
  const auto wanted = to_export(ExportBody{.format = body.format,
                                           .include_chain = body.include_chain,
                                           .include_key = body.include_key,
                                           .password = body.password,
                                           .legacy_encryption = body.legacy_encryption});
  std::vector<ZipEntry> entries;
  for (const auto& certificate : found(chosen(call, body), *restrictions.reach_of(call.caller))) {
    auto file = export_certificate(call, certificate, wanted, authorities, inventory);
    auto name = entry_name(certificate, file);
    entries.push_back({std::move(name), std::move(file.content)});
  }
  return {.name = "certificates.zip",
          .content_type = "application/zip",
          .content = make_zip(entries, call.now)};
}

http::File CertificatesInBulk::bundle_get(const http::Call& call, const BundleQuery& query) const {
  storage::CertificateFilter filter;
  filter.any_status = statuses(query.status);
  filter.authority_id = query.ca_id;
  filter.any_source = query.source;
  filter.search = query.search;
  filter.any_tag = tags_in(query.tag);
  return bundle(call, filter, query.format, query.include_chain);
}

http::File CertificatesInBulk::bundle_post(const http::Call& call, const BundleBody& body) const {
  return bundle(call, to_filter(body.filter.value_or(CertificateMatch{})),
                body.format.value_or(BundleFormat::pem), body.include_chain.value_or(false));
}

http::File CertificatesInBulk::bundle(const http::Call& call, storage::CertificateFilter filter,
                                      BundleFormat format, bool include_chain) const {
  filter.within = *restrictions.reach_of(call.caller);
  const auto certificates = database.read([&](db::Session& session) {
    return matching(session, filter, most_exported, "search", call.now);
  });
  if (certificates.empty()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"search", "no certificate matches"}}};
  }
  std::vector<x509::Certificate> all;
  std::map<std::string, bool> seen;  // authorities, each once
  for (const auto& certificate : certificates) {
    all.push_back(x509::Certificate::parse(certificate.der).value());
  }
  for (const auto& certificate : certificates) {
    if (!include_chain) {
      break;
    }
    for (const auto& above : authorities.issuer(certificate.authority_id)->chain) {
      if (seen.emplace(base::to_hex(above.sha256_fingerprint()), true).second) {
        all.push_back(above);
      }
    }
  }
  if (format == BundleFormat::pem) {
    std::string text;
    for (const auto& certificate : all) {
      text += certificate.pem();
    }
    return {.name = "certificates.pem",
            .content_type = "application/x-pem-file",
            .content = std::move(text)};
  }
  std::vector<base::Bytes> bytes;
  for (const auto& certificate : all) {
    bytes.push_back(base::to_bytes(certificate.der()));
  }
  return {.name = "certificates.p7b",
          .content_type = "application/x-pkcs7-certificates",
          .content = std::string{base::as_text(crypto::make_pkcs7(bytes))}};
}

// The ids themselves, 100 at most, or those of all that match, 1000 at most.
template <class Body>
std::vector<core::CertificateId> CertificatesInBulk::chosen(const http::Call& call,
                                                            const Body& body) const {
  if (body.ids.has_value() == body.filter.has_value()) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"ids", body.ids ? "give either ids or a filter" : "missing"}}};
  }
  if (body.ids) {
    check_bulk(body.ids->size());
    return *body.ids;
  }
  auto filter = to_filter(*body.filter);
  filter.within = *restrictions.reach_of(call.caller);
  if (matches_everything(filter)) {
    // A form that was sent too early must not revoke all there is.
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"filter", "says nothing: name what is meant"}}};
  }
  return database.read([&](db::Session& session) {
    std::vector<core::CertificateId> ids;
    for (const auto& certificate : matching(session, filter, most_matching, "filter", call.now)) {
      ids.push_back(certificate.id);
    }
    return ids;
  });
}

std::vector<core::Certificate> CertificatesInBulk::found(
    const std::vector<core::CertificateId>& ids, const core::Reach& reach) const {
  return database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    std::vector<core::Certificate> list;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auto certificate = store.find(ids[i]);
      if (!certificate || !service::is_within(session, reach, *certificate)) {
        throw base::Error{
            base::ErrorCode::invalid_request,
            {base::FieldError{"ids[" + std::to_string(i) + "]", "no certificate has this id"}}};
      }
      list.push_back(*std::move(certificate));
    }
    return list;
  });
}

}  // namespace
}  // namespace api::v2
