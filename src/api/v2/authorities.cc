#include "api/v2/authorities.h"

#include <algorithm>

#include "api/v2/authority_view.h"
#include "api/v2/certificate_orders.h"
#include "api/v2/certificate_view.h"
#include "api/v2/paging.h"
#include "crypto/pkcs12.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

struct ListQuery {
  std::optional<int> page;
  std::optional<int> per_page;
  std::string search;
  std::optional<core::AuthorityType> type;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page, search, type))

// A node of the tree, with what hangs below it. The depth of the JSON is the depth of the tree.
struct TreeNode {
  core::AuthorityId id;
  std::string name;
  std::string common_name;
  core::AuthorityType ca_type;
  std::optional<core::AuthorityId> parent_id;
  std::string status;
  bool is_active;
  base::Time valid_until;
  std::int64_t certificates_count;
  bool has_private_key;
  json::Raw children;
};
BOOST_DESCRIBE_STRUCT(TreeNode, (),
                      (id, name, common_name, ca_type, parent_id, status, is_active, valid_until,
                       certificates_count, has_private_key, children))

struct CreateBody {
  static constexpr json::Alias aliases[] = {
      {"commonName", "common_name"}, {"type", "ca_type"},
      {"parentCAId", "parent_id"},   {"keyAlgo", "key_algorithm"},
      {"keySize", "key_size"},       {"validityYears", "validity_years"},
      {"pathLength", "path_length"}, {"organizationalUnit", "organizational_unit"},
      {"description", "name"},       {"key_type", "key_algorithm"}};
  std::optional<std::string> name;
  std::string common_name;
  std::optional<std::string> organization;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> locality;
  std::optional<core::AuthorityType> ca_type;
  std::optional<core::AuthorityId> parent_id;
  std::optional<std::string> key_algorithm;
  std::optional<json::TextOrNumber> key_size;
  std::optional<int> validity_days;
  std::optional<int> validity_years;
  std::optional<int> path_length;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (),
                      (name, common_name, organization, organizational_unit, country, state,
                       locality, ca_type, parent_id, key_algorithm, key_size, validity_days,
                       validity_years, path_length))

struct UpdateBody {
  std::optional<std::string> name;
  std::optional<bool> is_active;
  std::optional<bool> cdp_enabled;
  std::optional<bool> ocsp_enabled;
  std::optional<bool> aia_ca_issuers_enabled;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (),
                      (name, is_active, cdp_enabled, ocsp_enabled, aia_ca_issuers_enabled))

struct AuthorityExtension {
  std::string oid;
  std::string name;
  bool critical;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(AuthorityExtension, (), (oid, name, critical, value))

struct AuthorityDetail : AuthorityView {
  std::vector<AuthorityExtension> extensions;
  std::string crlStatus;  // "Current", "Stale", "Missing", "Unavailable"
  std::optional<base::Time> nextCrlUpdate;
};
BOOST_DESCRIBE_STRUCT(AuthorityDetail, (AuthorityView), (extensions, crlStatus, nextCrlUpdate))

struct CertificatesQuery {
  int page = 1;
  int per_page = 20;
};
BOOST_DESCRIBE_STRUCT(CertificatesQuery, (), (page, per_page))

BOOST_DEFINE_ENUM_CLASS(Format, pem, der, chain, pkcs7, p7b)

struct ExportQuery {
  Format format = Format::pem;
  bool include_chain = false;
};
BOOST_DESCRIBE_STRUCT(ExportQuery, (), (format, include_chain))

struct Authorities {
  db::Database& database;
  service::Authorities& authorities;
  service::Crls& crls;

  http::Page<AuthorityView> list(const http::Call& call, const ListQuery& query) const;
  std::vector<TreeNode> tree(const http::Call& call) const;
  http::Created<AuthorityView> create(const http::Call& call, const CreateBody& body) const;
  AuthorityDetail read(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<AuthorityView> update(const http::Call& call, const core::AuthorityId& id,
                                   const UpdateBody& body) const;
  void remove(const http::Call& call, const core::AuthorityId& id) const;
  http::Page<CertificateView> certificates(const http::Call& call, const core::AuthorityId& id,
                                           const CertificatesQuery& query) const;
  http::File download(const http::Call& call, const core::AuthorityId& id,
                      const ExportQuery& query) const;
  http::File download_all(const http::Call& call) const;

 private:
  std::map<core::AuthorityId, std::int64_t> issued() const;
  AuthorityView view_of(const core::AuthorityId& id, base::Time now) const;
};

}  // namespace

void add_authorities(http::Surface& surface, db::Database& database,
                     service::Authorities& authorities, service::Crls& crls) {
  http::Resource cas{surface, "Authorities", Authorities{database, authorities, crls}};

  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas",
                         .summary = "List certificate authorities",
                         .access = auth::read_cas,
                         .handler = &Authorities::list});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/tree",
                         .summary = "Show the authorities as a tree",
                         .access = auth::read_cas,
                         .handler = &Authorities::tree});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas",
                         .summary = "Make a root or an intermediate",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.create",
                         .handler = &Authorities::create});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/export",
                         .summary = "Download the certificates of all authorities",
                         .access = auth::read_cas,
                         .file_types = {"application/x-pem-file"},
                         .handler = &Authorities::download_all});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}",
                         .summary = "Read one authority",
                         .access = auth::read_cas,
                         .handler = &Authorities::read});
  cas.add(http::Endpoint{.method = http::patch,
                         .path = "/cas/{ca_id}",
                         .summary = "Rename an authority, or switch its services on and off",
                         .access = auth::write_cas,
                         .action = "ca.update",
                         .handler = &Authorities::update});
  cas.add(http::Endpoint{.method = http::put,
                         .path = "/cas/{ca_id}",
                         .summary = "Rename an authority, or switch its services on and off",
                         .access = auth::write_cas,
                         .action = "ca.update",
                         .handler = &Authorities::update});
  cas.add(http::Endpoint{.method = http::delete_,
                         .path = "/cas/{ca_id}",
                         .summary = "Delete an authority that has issued nothing",
                         .access = auth::delete_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.delete",
                         .handler = &Authorities::remove});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}/certificates",
                         .summary = "List what an authority has issued, the newest first",
                         .access = auth::read_certificates,
                         .handler = &Authorities::certificates});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/{ca_id}/export",
                         .summary = "Download the certificate of an authority",
                         .access = auth::read_cas,
                         .file_types = {"application/x-pem-file", "application/pkix-cert",
                                        "application/x-pkcs7-certificates"},
                         .handler = &Authorities::download});
}

namespace {

bool contains_without_case(const std::string& text, const std::string& part) {
  const auto same = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

crypto::KeyAlgorithm key_of(const CreateBody& body) {
  const auto otherwise =
      body.ca_type.value_or(core::AuthorityType::root) == core::AuthorityType::root
          ? crypto::KeyAlgorithm::ec_p384
          : crypto::KeyAlgorithm::ec_p256;
  const auto size = body.key_size ? std::optional{body.key_size->text} : std::nullopt;
  return key_algorithm(body.key_algorithm, size, otherwise);
}

std::chrono::seconds validity_of(const CreateBody& body) {
  constexpr int years = 10;
  if (body.validity_days) {
    return std::chrono::days{*body.validity_days};
  }
  return std::chrono::days{365} * body.validity_years.value_or(years);
}

std::string chain_text(const service::Issuer& issuer) {
  std::string text;
  for (const auto& certificate : issuer.chain) {
    text += certificate.pem();
  }
  return text;
}

http::Page<AuthorityView> Authorities::list(const http::Call& call, const ListQuery& query) const {
  const auto counts = issued();
  std::vector<AuthorityView> found;
  for (const auto& issuer : authorities.issuers()) {
    const auto& authority = issuer->authority;
    const bool matches =
        (!query.type || authority.type == *query.type) &&
        (query.search.empty() || contains_without_case(authority.name, query.search) ||
         contains_without_case(authority.subject, query.search));
    if (matches) {
      const auto count = counts.find(authority.id);
      found.push_back(view(*issuer, count == counts.end() ? 0 : count->second, call.now));
    }
  }
  // Without a page, everything: clients of the contract build the tree from it.
  const auto total = static_cast<std::int64_t>(found.size());
  if (!query.page && !query.per_page) {
    return {.items = std::move(found),
            .total = total,
            .page = 1,
            .per_page = std::max<int>(1, static_cast<int>(total))};
  }
  const Paging paging{query.page.value_or(1), query.per_page.value_or(20)};
  const auto from = std::min(paging.offset, total);
  const auto to = std::min(from + paging.per_page, total);
  return {.items = {found.begin() + from, found.begin() + to},
          .total = total,
          .page = paging.page,
          .per_page = paging.per_page};
}

std::vector<TreeNode> Authorities::tree(const http::Call& call) const {
  const auto counts = issued();
  const auto issuers = authorities.issuers();
  const std::function<std::vector<TreeNode>(std::optional<core::AuthorityId>)> below =
      [&](std::optional<core::AuthorityId> parent) {
        std::vector<TreeNode> nodes;
        for (const auto& issuer : issuers) {
          const auto& authority = issuer->authority;
          if (authority.parent_id != parent) {
            continue;
          }
          const auto count = counts.find(authority.id);
          nodes.push_back({.id = authority.id,
                           .name = authority.name,
                           .common_name = authority.common_name,
                           .ca_type = authority.type,
                           .parent_id = authority.parent_id,
                           .status = authority.not_after < call.now ? "Expired" : "Active",
                           .is_active = authority.is_active,
                           .valid_until = authority.not_after,
                           .certificates_count = count == counts.end() ? 0 : count->second,
                           .has_private_key = issuer->signer != nullptr,
                           .children = json::Raw{json::to_text(below(authority.id))}});
        }
        return nodes;
      };
  return below(std::nullopt);
}

http::Created<AuthorityView> Authorities::create(const http::Call& call,
                                                 const CreateBody& body) const {
  std::vector<base::FieldError> errors;
  const SubjectParts parts{
      body.country,     body.state,  body.locality, body.organization, body.organizational_unit,
      body.common_name, std::nullopt};
  const auto subject = subject_from(parts, errors);
  if (body.name && body.name->size() > 200) {
    errors.push_back({"name", "has more than 200 characters"});
  }
  if (body.validity_days && body.validity_years) {
    errors.push_back({"validity_years", "give either days or years"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  const auto type = body.ca_type.value_or(body.parent_id ? core::AuthorityType::intermediate
                                                         : core::AuthorityType::root);
  if (type == core::AuthorityType::root && body.parent_id) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"parent_id", "a root has no parent"}}};
  }
  const auto authority = authorities.create(call.act, {.name = body.name.value_or(""),
                                                       .subject = subject,
                                                       .type = type,
                                                       .parent_id = body.parent_id,
                                                       .key_algorithm = key_of(body),
                                                       .validity = validity_of(body),
                                                       .path_length = body.path_length});
  return {.data = view_of(authority.id, call.now), .message = "Authority created"};
}

AuthorityDetail Authorities::read(const http::Call& call, const core::AuthorityId& id) const {
  const auto issuer = authorities.issuer(id);
  AuthorityDetail detail{view_of(id, call.now), {}, "Missing", std::nullopt};
  for (const auto& extension : issuer->certificate.describe_extensions()) {
    detail.extensions.push_back(
        {extension.oid, extension.name, extension.critical, extension.value});
  }
  if (const auto crl = crls.latest(id)) {
    detail.crlStatus = crl->next_update < call.now ? "Stale" : "Current";
    detail.nextCrlUpdate = crl->next_update;
  } else if (!issuer->signer) {
    detail.crlStatus = "Unavailable";
  }
  return detail;
}

http::Done<AuthorityView> Authorities::update(const http::Call& call, const core::AuthorityId& id,
                                              const UpdateBody& body) const {
  if (body.name && (body.name->empty() || body.name->size() > 200)) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"name", "has 1 to 200 characters"}}};
  }
  authorities.update(call.act, id,
                     {.name = body.name,
                      .is_active = body.is_active,
                      .cdp_enabled = body.cdp_enabled,
                      .ocsp_enabled = body.ocsp_enabled,
                      .aia_enabled = body.aia_ca_issuers_enabled});
  return {.data = view_of(id, call.now), .message = "Authority updated"};
}

void Authorities::remove(const http::Call& call, const core::AuthorityId& id) const {
  authorities.remove(call.act, id);
}

http::Page<CertificateView> Authorities::certificates(const http::Call& call,
                                                      const core::AuthorityId& id,
                                                      const CertificatesQuery& query) const {
  authorities.issuer(id);  // not_found, rather than an empty list
  const Paging paging{query.page, query.per_page};
  const storage::CertificateFilter filter{
      .any_status = {}, .authority_id = id, .any_source = {}, .search = {}};
  http::Page<CertificateView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  std::vector<core::Certificate> found;
  database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    page.total = store.count(filter, call.now).number;
    found = store.list(filter, {.offset = paging.offset, .limit = paging.per_page}, call.now);
  });
  for (const auto& certificate : found) {
    page.items.push_back(view(certificate, authorities, call.now));
  }
  return page;
}

http::File Authorities::download(const http::Call& /*call*/, const core::AuthorityId& id,
                                 const ExportQuery& query) const {
  const auto issuer = authorities.issuer(id);
  const auto& name = issuer->authority.common_name;
  switch (query.format) {
    case Format::der:
      return {.name = file_name(name, ".cer"),
              .content_type = "application/pkix-cert",
              .content = std::string{base::as_text(issuer->certificate.der())}};
    case Format::pkcs7:
    case Format::p7b: {
      std::vector<base::Bytes> all;
      for (const auto& certificate : issuer->chain) {
        all.push_back(base::to_bytes(certificate.der()));
      }
      return {.name = file_name(name, ".p7b"),
              .content_type = "application/x-pkcs7-certificates",
              .content = std::string{base::as_text(crypto::make_pkcs7(all))}};
    }
    case Format::chain:
    case Format::pem:
      break;
  }
  const bool chain = query.include_chain || query.format == Format::chain;
  return {.name = file_name(name, chain ? "-chain.pem" : ".pem"),
          .content_type = "application/x-pem-file",
          .content = chain ? chain_text(*issuer) : issuer->certificate.pem()};
}

http::File Authorities::download_all(const http::Call& /*call*/) const {
  std::string text;
  for (const auto& issuer : authorities.issuers()) {
    text += issuer->certificate.pem();
  }
  if (text.empty()) {
    throw base::Error{base::ErrorCode::not_found, "there is no authority yet"};
  }
  return {.name = "authorities.pem",
          .content_type = "application/x-pem-file",
          .content = std::move(text)};
}

std::map<core::AuthorityId, std::int64_t> Authorities::issued() const {
  std::map<core::AuthorityId, std::int64_t> counts;
  database.read([&](db::Session& session) {
    const storage::CertificateStore store{session};
    for (const auto& issuer : authorities.issuers()) {
      counts.emplace(issuer->authority.id, store.issued_by(issuer->authority.id));
    }
  });
  return counts;
}

AuthorityView Authorities::view_of(const core::AuthorityId& id, base::Time now) const {
  const auto count = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.issued_by(id); });
  return view(*authorities.issuer(id), count, now);
}

}  // namespace
}  // namespace api::v2
