#include "api/v2/authority_export.h"

#include "api/v2/bulk.h"
#include "api/v2/certificate_export.h"
#include "api/v2/certificate_view.h"
#include "api/v2/zip.h"
#include "crypto/pkcs12.h"

namespace api::v2 {
namespace {

BOOST_DEFINE_ENUM_CLASS(BundleFormat, pem, pkcs7, p7b)

struct BundleQuery {
  BundleFormat format = BundleFormat::pem;
};
BOOST_DESCRIBE_STRUCT(BundleQuery, (), (format))

struct BundleBody {
  std::optional<BundleFormat> format;
};
BOOST_DESCRIBE_STRUCT(BundleBody, (), (format))

struct IdsBody {
  std::vector<core::AuthorityId> ids;
};
BOOST_DESCRIBE_STRUCT(IdsBody, (), (ids))

// Of several authorities at once no keys: they leave one by one, each by its own decision.
BOOST_DEFINE_ENUM_CLASS(BulkFormat, pem, der, chain, pkcs7, p7b)

struct BulkExportBody {
  std::vector<core::AuthorityId> ids;
  std::optional<BulkFormat> format;
};
BOOST_DESCRIBE_STRUCT(BulkExportBody, (), (ids, format))

struct AuthorityExport {
  service::Authorities& authorities;

  http::File download(const http::Call& call, const core::AuthorityId& id,
                      const ExportQuery& query) const;
  http::File download_post(const http::Call& call, const core::AuthorityId& id,
                           const ExportBody& body) const;
  http::File bundle_get(const http::Call& call, const BundleQuery& query) const;
  http::File bundle_post(const http::Call& call, const BundleBody& body) const;
  http::File bulk_download(const http::Call& call, const BulkExportBody& body) const;
  http::Done<BulkResult> bulk_remove(const http::Call& call, const IdsBody& body) const;

 private:
  http::File file_of(const http::Call& call, const core::AuthorityId& id,
                     const Export& wanted) const;
  http::File bundle(BundleFormat format) const;
};

const std::vector<std::string> bundle_types{"application/x-pem-file",
                                            "application/x-pkcs7-certificates"};

}  // namespace

void add_authority_export(http::Surface& surface, service::Authorities& authorities) {
  http::Resource cas{surface, "Authorities", AuthorityExport{authorities}};

  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/export",
                         .summary = "Download the certificates of all authorities",
                         .access = auth::read_cas,
                         .file_types = bundle_types,
                         .handler = &AuthorityExport::bundle_get});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/export",
                         .summary = "Download the certificates of all authorities",
                         .access = auth::read_cas,
                         .action = "ca.export",
                         .file_types = bundle_types,
                         .handler = &AuthorityExport::bundle_post});
  cas.add(
      http::Endpoint{.method = http::post,
                     .path = "/cas/bulk/export",
                     .summary = "Download the certificates of several authorities as a ZIP file",
                     .access = auth::read_cas,
                     .limit = http::Limit::strict,
                     .action = "ca.export",
                     .file_types = {"application/zip"},
                     .handler = &AuthorityExport::bulk_download});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/bulk/delete",
                         .summary = "Delete several authorities that have issued nothing",
                         .access = auth::delete_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.delete",
                         .handler = &AuthorityExport::bulk_remove});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}/export",
                         .summary = "Download the certificate of an authority",
                         .access = auth::read_cas,
                         .file_types = export_types(),
                         .handler = &AuthorityExport::download});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/export",
                         .summary = "Download an authority, with its private key or a password",
                         .access = auth::read_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.export",
                         .file_types = export_types(),
                         .handler = &AuthorityExport::download_post});
}

namespace {

ExportFormat to_export_format(BulkFormat format) {
  switch (format) {
    case BulkFormat::der:
      return ExportFormat::der;
    case BulkFormat::chain:
      return ExportFormat::chain;
    case BulkFormat::pkcs7:
    case BulkFormat::p7b:
      return ExportFormat::pkcs7;
    case BulkFormat::pem:
      break;
  }
  return ExportFormat::pem;
}

http::File AuthorityExport::download(const http::Call& call, const core::AuthorityId& id,
                                     const ExportQuery& query) const {
  return file_of(call, id, to_export(query));
}

http::File AuthorityExport::download_post(const http::Call& call, const core::AuthorityId& id,
                                          const ExportBody& body) const {
  return file_of(call, id, to_export(body));
}

http::File AuthorityExport::file_of(const http::Call& call, const core::AuthorityId& id,
                                    const Export& wanted) const {
  const auto issuer = authorities.issuer(id);
  return export_file(
      call,
      {.name = issuer->authority.common_name,
       .der = base::to_bytes(issuer->certificate.der()),
       .above = {issuer->chain.begin() + 1, issuer->chain.end()},
       .reveal_key =
           [&](bool encrypted) { return authorities.reveal_key(call.act, id, encrypted); },
       .key_permission = auth::admin_cas},
      wanted);
}

http::File AuthorityExport::bundle_get(const http::Call& /*call*/, const BundleQuery& query) const {
  return bundle(query.format);
}

http::File AuthorityExport::bundle_post(const http::Call& /*call*/, const BundleBody& body) const {
  return bundle(body.format.value_or(BundleFormat::pem));
}

http::File AuthorityExport::bundle(BundleFormat format) const {
  std::string text;
  std::vector<base::Bytes> bytes;
  for (const auto& issuer : authorities.issuers()) {
    text += issuer->certificate.pem();
    bytes.push_back(base::to_bytes(issuer->certificate.der()));
  }
  if (bytes.empty()) {
    throw base::Error{base::ErrorCode::not_found, "there is no authority yet"};
  }
  if (format == BundleFormat::pem) {
    return {.name = "authorities.pem",
            .content_type = "application/x-pem-file",
            .content = std::move(text)};
  }
  return {.name = "authorities.p7b",
          .content_type = "application/x-pkcs7-certificates",
          .content = std::string{base::as_text(crypto::make_pkcs7(bytes))}};
}

http::File AuthorityExport::bulk_download(const http::Call& call,
                                          const BulkExportBody& body) const {
  check_bulk(body.ids.size());
  const Export wanted{.format = to_export_format(body.format.value_or(BulkFormat::pem)),
                      .include_chain = false,
                      .include_key = false,
                      .password = std::nullopt,
                      .legacy_encryption = false};
  std::vector<ZipEntry> entries;
  for (std::size_t i = 0; i < body.ids.size(); ++i) {
    const auto& id = body.ids[i];
    const bool is_repeated =
        std::find(body.ids.begin(), body.ids.begin() + static_cast<std::ptrdiff_t>(i), id) !=
        body.ids.begin() + static_cast<std::ptrdiff_t>(i);
    if (is_repeated) {
      continue;
    }
    auto file = file_of(call, id, wanted);
    const auto dot = file.name.rfind('.');
    entries.push_back({file.name.substr(0, dot) + "-" + std::to_string(id.to_number()) +
                           file.name.substr(std::min(dot, file.name.size())),
                       std::move(file.content)});
  }
  return {.name = "authorities.zip",
          .content_type = "application/zip",
          .content = make_zip(entries, call.now)};
}

http::Done<BulkResult> AuthorityExport::bulk_remove(const http::Call& call,
                                                    const IdsBody& body) const {
  return each(body.ids, "deleted", [&](const auto& id) { authorities.remove(call.act, id); });
}

}  // namespace
}  // namespace api::v2
