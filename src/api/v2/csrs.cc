#include "api/v2/csrs.h"

#include "api/v2/bulk.h"
#include "api/v2/certificate_orders.h"
#include "api/v2/csr_view.h"
#include "api/v2/paging.h"
#include "crypto/pem.h"
#include "http/form.h"

namespace api::v2 {
namespace {

constexpr std::size_t longest_name = 200;

BOOST_DEFINE_ENUM_CLASS(WantedStatus, pending, issued, all)

struct ListQuery {
  int page = 1;
  int per_page = 20;
  WantedStatus status = WantedStatus::pending;
  std::string search;
  std::optional<storage::RequestId> cursor;  // of the last page's next_cursor
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page, status, search, cursor))

struct HistoryQuery {
  int page = 1;
  int per_page = 20;
  std::string search;
  std::optional<storage::RequestId> cursor;
};
BOOST_DESCRIBE_STRUCT(HistoryQuery, (), (page, per_page, search, cursor))

struct RequestStats {
  std::int64_t total;
  std::int64_t pending;
  std::int64_t issued;
};
BOOST_DESCRIBE_STRUCT(RequestStats, (), (total, pending, issued))

// With `csr` an upload; without it the server makes a key and a request.
struct CreateBody {
  static constexpr json::Alias aliases[] = {{"cn", "common_name"},   {"commonName", "common_name"},
                                            {"csr_pem", "csr"},      {"keyType", "key_type"},
                                            {"keySize", "key_size"}, {"descr", "name"},
                                            {"san", "sans"}};
  std::optional<std::string> csr;
  std::optional<std::string> name;
  std::optional<std::string> common_name;
  std::optional<std::vector<std::string>> sans;
  std::optional<std::string> key_type;
  std::optional<json::TextOrNumber> key_size;
  std::optional<std::string> curve;
  std::optional<std::string> organization;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> department;
  std::optional<std::string> country;
  std::optional<std::string> state;
  std::optional<std::string> locality;
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (),
                      (csr, name, common_name, sans, key_type, key_size, curve, organization,
                       organizational_unit, department, country, state, locality, email))

struct UploadBody {
  static constexpr json::Alias aliases[] = {{"csr", "pem"}, {"pem_content", "pem"}};
  std::string pem;
  std::optional<std::string> name;
  std::optional<std::string> department;
};
BOOST_DESCRIBE_STRUCT(UploadBody, (), (pem, name, department))

struct ImportBody {
  static constexpr bool is_form = true;
  static constexpr json::Alias aliases[] = {{"pem", "pem_content"}, {"csr", "pem_content"}};
  std::optional<std::string> pem_content;
  std::optional<http::Upload> file;
  std::optional<std::string> name;
  std::optional<std::string> department;
};
BOOST_DESCRIBE_STRUCT(ImportBody, (), (pem_content, file, name, department))

struct SignBody {
  static constexpr json::Alias aliases[] = {{"caId", "ca_id"}, {"templateId", "template_id"}};
  std::optional<core::AuthorityId> ca_id;
  std::optional<core::TemplateId> template_id;
  std::optional<int> validity_days;
  std::optional<std::string> cert_type;
  std::optional<std::vector<std::string>> extra_ekus;
  std::optional<std::vector<core::Tag>> tags;  // of the certificate
};
BOOST_DESCRIBE_STRUCT(SignBody, (),
                      (ca_id, template_id, validity_days, cert_type, extra_ekus, tags))

struct BulkSignBody {
  static constexpr json::Alias aliases[] = {{"caId", "ca_id"}};
  std::vector<storage::RequestId> ids;
  std::optional<core::AuthorityId> ca_id;
  std::optional<core::TemplateId> template_id;
  std::optional<int> validity_days;
  std::optional<std::string> cert_type;
  std::optional<std::vector<core::Tag>> tags;
};
BOOST_DESCRIBE_STRUCT(BulkSignBody, (), (ids, ca_id, template_id, validity_days, cert_type, tags))

struct BulkBody {
  std::vector<storage::RequestId> ids;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (ids))

struct KeyBody {
  static constexpr json::Alias aliases[] = {{"private_key", "key"}, {"password", "passphrase"}};
  base::Secret key;
  std::optional<base::Secret> passphrase;
};
BOOST_DESCRIBE_STRUCT(KeyBody, (), (key, passphrase))

struct Csrs {
  db::Database& database;
  service::Requests& requests;
  service::Authorities& authorities;
  service::StoredSettings<service::General>& general;

  http::Page<RequestView> list(const http::Call& call, const ListQuery& query) const;
  http::Page<RequestView> history(const http::Call& call, const HistoryQuery& query) const;
  RequestStats stats(const http::Call& call) const;
  RequestDetail read(const http::Call& call, const storage::RequestId& id) const;
  http::File download(const http::Call& call, const storage::RequestId& id) const;
  http::Created<RequestView> create(const http::Call& call, const CreateBody& body) const;
  http::Created<RequestView> upload(const http::Call& call, const UploadBody& body) const;
  http::Created<RequestView> import(const http::Call& call, const ImportBody& body) const;
  http::Done<CertificateView> sign(const http::Call& call, const storage::RequestId& id,
                                   const SignBody& body) const;
  http::Done<RequestView> attach_key(const http::Call& call, const storage::RequestId& id,
                                     const KeyBody& body) const;
  void remove(const http::Call& call, const storage::RequestId& id) const;
  http::Done<BulkResult> bulk_sign(const http::Call& call, const BulkSignBody& body) const;
  http::Done<BulkResult> bulk_remove(const http::Call& call, const BulkBody& body) const;

 private:
  http::Page<RequestView> page_of(const storage::RequestFilter& filter, int page,
                                  int per_page) const;
  http::Created<RequestView> keep(const http::Call& call, base::ByteView bytes,
                                  const std::string& field, const std::optional<std::string>& name,
                                  const std::optional<std::string>& department) const;
  core::Certificate signed_by(const http::Call& call, const storage::RequestId& id,
                              const SignBody& body) const;
};

}  // namespace

void add_csrs(http::Surface& surface, db::Database& database, service::Requests& requests,
              service::Authorities& authorities,
              service::StoredSettings<service::General>& general) {
  http::Resource csrs{surface, "Requests", Csrs{database, requests, authorities, general}};

  csrs.add(http::Endpoint{.method = http::get,
                          .path = "/csrs",
                          .summary = "List the requests that wait, the newest first",
                          .access = auth::read_csrs,
                          .handler = &Csrs::list});
  csrs.add(http::Endpoint{.method = http::get,
                          .path = "/csrs/history",
                          .summary = "List the requests that were signed, the newest first",
                          .access = auth::read_csrs,
                          .handler = &Csrs::history});
  csrs.add(http::Endpoint{.method = http::get,
                          .path = "/csrs/stats",
                          .summary = "Count requests by status",
                          .access = auth::read_csrs,
                          .handler = &Csrs::stats});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs",
                          .summary = "Keep a request, or make one with a key that stays here",
                          .access = auth::write_csrs,
                          .action = "csr.create",
                          .handler = &Csrs::create});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs/upload",
                          .summary = "Keep a request",
                          .access = auth::write_csrs,
                          .action = "csr.create",
                          .handler = &Csrs::upload});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs/import",
                          .summary = "Keep a request from a file",
                          .access = auth::write_csrs,
                          .action = "csr.create",
                          .handler = &Csrs::import});
  csrs.add(http::Endpoint{.method = http::get,
                          .path = "/csrs/{csr_id}",
                          .summary = "Read one request",
                          .access = auth::read_csrs,
                          .handler = &Csrs::read});
  csrs.add(http::Endpoint{.method = http::get,
                          .path = "/csrs/{csr_id}/export",
                          .summary = "Download a request",
                          .access = auth::read_csrs,
                          .file_types = {"application/x-pem-file"},
                          .handler = &Csrs::download});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs/{csr_id}/sign",
                          .summary = "Issue the certificate that a request asks for",
                          .access = {auth::write_csrs, auth::write_certificates},
                          .action = "csr.sign",
                          .handler = &Csrs::sign});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs/{csr_id}/key",
                          .summary = "Keep the private key of a request",
                          .access = auth::write_csrs,
                          .limit = http::Limit::strict,
                          .action = "csr.attach_key",
                          .handler = &Csrs::attach_key});
  csrs.add(http::Endpoint{.method = http::delete_,
                          .path = "/csrs/{csr_id}",
                          .summary = "Delete a request, with its key if it has one",
                          .access = auth::delete_csrs,
                          .action = "csr.delete",
                          .handler = &Csrs::remove});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs/bulk/sign",
                          .summary = "Issue the certificates that several requests ask for",
                          .access = {auth::write_csrs, auth::write_certificates},
                          .limit = http::Limit::strict,
                          .action = "csr.sign",
                          .handler = &Csrs::bulk_sign});
  csrs.add(http::Endpoint{.method = http::post,
                          .path = "/csrs/bulk/delete",
                          .summary = "Delete several requests",
                          .access = auth::delete_csrs,
                          .limit = http::Limit::strict,
                          .action = "csr.delete",
                          .handler = &Csrs::bulk_remove});
}

namespace {

[[noreturn]] void refuse(const std::string& field, std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, std::move(reason)}}};
}

std::string short_text(const char* field, const std::optional<std::string>& text) {
  if (text && text->size() > longest_name) {
    refuse(field, "has more than 200 characters");
  }
  return text.value_or("");
}

// The order for a request, by the same rules as any other with a CSR.
IssueBody order_of(const std::string& csr, const SignBody& body) {
  IssueBody order{};
  order.csr = csr;
  order.ca_id = body.ca_id;
  order.validity_days = body.validity_days;
  order.cert_type = body.cert_type;
  order.template_id = body.template_id;
  order.extra_ekus = body.extra_ekus;
  order.tags = body.tags;
  return order;
}

// What a request that is made here asks for, by the same rules.
IssueBody order_of(const CreateBody& body) {
  IssueBody order{};
  order.common_name = body.common_name;
  order.san = body.sans;
  order.key_type = body.key_type;
  order.key_size = body.key_size;
  order.curve = body.curve;
  order.organization = body.organization;
  order.organizational_unit = body.organizational_unit;
  order.country = body.country;
  order.state = body.state;
  order.locality = body.locality;
  order.email = body.email;
  return order;
}

http::Page<RequestView> Csrs::list(const http::Call& /*call*/, const ListQuery& query) const {
  storage::RequestFilter filter{.search = query.search, .before = query.cursor};
  if (query.status != WantedStatus::all) {
    filter.status = query.status == WantedStatus::issued ? storage::RequestStatus::issued
                                                         : storage::RequestStatus::pending;
  }
  return page_of(filter, query.page, query.per_page);
}

http::Page<RequestView> Csrs::history(const http::Call& /*call*/, const HistoryQuery& query) const {
  return page_of(
      {.status = storage::RequestStatus::issued, .search = query.search, .before = query.cursor},
      query.page, query.per_page);
}

http::Page<RequestView> Csrs::page_of(const storage::RequestFilter& filter, int page,
                                      int per_page) const {
  const Paging paging{filter.before ? 1 : page, per_page};
  http::Page<RequestView> result{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  database.read([&](db::Session& session) {
    const storage::RequestStore store{session};
    result.total = store.count(filter);
    result.total_is_exact = result.total < 10'000;
    for (const auto& request : store.list(filter, paging.offset, paging.per_page)) {
      result.items.push_back(view(request));
    }
  });
  if (std::ssize(result.items) == paging.per_page) {
    result.next_cursor = std::to_string(result.items.back().id.to_number());
  }
  return result;
}

RequestStats Csrs::stats(const http::Call& /*call*/) const {
  const auto counts =
      database.read([](db::Session& session) { return storage::RequestStore{session}.counts(); });
  return {
      .total = counts.pending + counts.issued, .pending = counts.pending, .issued = counts.issued};
}

RequestDetail Csrs::read(const http::Call& /*call*/, const storage::RequestId& id) const {
  return detail(requests.find(id));
}

http::File Csrs::download(const http::Call& /*call*/, const storage::RequestId& id) const {
  const auto request = requests.find(id);
  return {.name = file_name(request.common_name, ".csr"),
          .content_type = "application/x-pem-file",
          .content = crypto::to_pem("CERTIFICATE REQUEST", request.der)};
}

http::Created<RequestView> Csrs::create(const http::Call& call, const CreateBody& body) const {
  if (body.csr) {
    return keep(call, base::as_bytes(*body.csr), "csr", body.name, body.department);
  }
  const auto order = issue_request(order_of(body), authorities.default_authority(), general.get());
  const crypto::KeySigner signer{order.private_key.value()};
  x509::RequestContent content{
      .subject = order.order.subject, .extensions = {}, .challenge_password = {}};
  if (!order.order.names.empty()) {
    content.extensions.push_back(x509::subject_alternative_name(order.order.names));
  }
  const auto added = requests.add(
      call.act,
      {.csr = x509::CertificateRequest::parse(x509::make_request(content, signer)).value(),
       .name = short_text("name", body.name),
       .department = short_text("department", body.department),
       .private_key = order.private_key});
  return {.data = view(added), .message = "Request made; its private key stays here"};
}

http::Created<RequestView> Csrs::upload(const http::Call& call, const UploadBody& body) const {
  return keep(call, base::as_bytes(body.pem), "pem", body.name, body.department);
}

http::Created<RequestView> Csrs::import(const http::Call& call, const ImportBody& body) const {
  if (body.file && body.pem_content) {
    refuse("file", "give either a file or pem_content");
  }
  if (body.file) {
    return keep(call, body.file->bytes(), "file", body.name, body.department);
  }
  return keep(call, base::as_bytes(body.pem_content.value_or("")), "pem_content", body.name,
              body.department);
}

http::Created<RequestView> Csrs::keep(const http::Call& call, base::ByteView bytes,
                                      const std::string& field,
                                      const std::optional<std::string>& name,
                                      const std::optional<std::string>& department) const {
  if (bytes.empty()) {
    refuse(field, "missing");
  }
  if (bytes.size() > x509::CertificateRequest::max_octets) {
    throw base::Error{base::ErrorCode::too_large, "the request is larger than 64 KiB"};
  }
  auto csr = x509::CertificateRequest::parse(bytes);
  if (!csr) {
    refuse(field, csr.error().reason);
  }
  try {
    service::Requests::check(*csr);
  } catch (const base::Error& error) {
    refuse(field, error.fields().empty() ? error.what() : error.fields().front().reason);
  }
  const auto added = requests.add(call.act, {.csr = *csr,
                                             .name = short_text("name", name),
                                             .department = short_text("department", department)});
  return {.data = view(added), .message = "Request kept"};
}

core::Certificate Csrs::signed_by(const http::Call& call, const storage::RequestId& id,
                                  const SignBody& body) const {
  const auto request = requests.find(id);
  const auto pem = crypto::to_pem("CERTIFICATE REQUEST", request.der);
  const auto authority = body.ca_id ? *body.ca_id : authorities.default_authority();
  return requests.sign(call.act, id, issue_request(order_of(pem, body), authority, general.get()));
}

http::Done<CertificateView> Csrs::sign(const http::Call& call, const storage::RequestId& id,
                                       const SignBody& body) const {
  return {.data = views(database, {signed_by(call, id, body)}, authorities, call.now).front(),
          .message = "Certificate issued"};
}

http::Done<RequestView> Csrs::attach_key(const http::Call& call, const storage::RequestId& id,
                                         const KeyBody& body) const {
  const auto key = crypto::PrivateKey::read(base::as_bytes(body.key.reveal()), body.passphrase);
  if (!key) {
    refuse("key", key.error().reason);
  }
  return {.data = view(requests.attach_key(call.act, id, *key)), .message = "Private key kept"};
}

void Csrs::remove(const http::Call& call, const storage::RequestId& id) const {
  requests.remove(call.act, id);
}

http::Done<BulkResult> Csrs::bulk_sign(const http::Call& call, const BulkSignBody& body) const {
  SignBody order{};
  order.ca_id = body.ca_id;
  order.template_id = body.template_id;
  order.validity_days = body.validity_days;
  order.cert_type = body.cert_type;
  order.tags = body.tags;
  return each(body.ids, "signed", [&](const auto& id) { signed_by(call, id, order); });
}

http::Done<BulkResult> Csrs::bulk_remove(const http::Call& call, const BulkBody& body) const {
  return each(body.ids, "deleted", [&](const auto& id) { remove(call, id); });
}

}  // namespace
}  // namespace api::v2
