#include "api/v2/authority_requests.h"

#include <algorithm>

#include "api/v2/authority_orders.h"
#include "api/v2/authority_view.h"
#include "api/v2/certificate_view.h"
#include "crypto/pem.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

// How long before its end an authority should be renewed: what it issues needs room.
constexpr auto renewal_ahead = std::chrono::days{180};

struct AnswerBody {
  static constexpr bool is_form = true;
  static constexpr json::Alias aliases[] = {{"pem_content", "certificate"}, {"pem", "certificate"}};
  std::optional<std::string> certificate;
  std::optional<http::Upload> file;
};
BOOST_DESCRIBE_STRUCT(AnswerBody, (), (certificate, file))

struct CrlBody {
  static constexpr bool is_form = true;
  static constexpr json::Alias aliases[] = {{"pem_content", "crl"}, {"pem", "crl"}};
  std::optional<std::string> crl;
  std::optional<http::Upload> file;
};
BOOST_DESCRIBE_STRUCT(CrlBody, (), (crl, file))

struct PublishedCrl {
  core::AuthorityId ca_id;
  std::int64_t crl_number;
  base::Time this_update;
  base::Time next_update;
  std::int64_t revoked_count;
};
BOOST_DESCRIBE_STRUCT(PublishedCrl, (),
                      (ca_id, crl_number, this_update, next_update, revoked_count))

BOOST_DEFINE_ENUM_CLASS(Duty, renew_authority, authority_ends, sign_crl, complete_request)

struct DutyView {
  Duty duty;
  base::Time due_at;
  bool overdue;
  std::optional<core::AuthorityId> ca_id;
  std::optional<core::AuthorityRequestId> request_id;
  std::string name;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(DutyView, (), (duty, due_at, overdue, ca_id, request_id, name, detail))

struct AuthorityRequestsApi {
  db::Database& database;
  service::Authorities& authorities;
  service::AuthorityRequests& requests;
  service::Crls& crls;
  service::OfflineCrls& offline_crls;

  http::Created<AuthorityRequestView> create(const http::Call& call,
                                             const AuthorityBody& body) const;
  http::Created<AuthorityRequestView> renewal(const http::Call& call,
                                              const core::AuthorityId& id) const;
  std::vector<AuthorityRequestView> list(const http::Call& call) const;
  AuthorityRequestView read(const http::Call& call, const core::AuthorityRequestId& id) const;
  http::File download(const http::Call& call, const core::AuthorityRequestId& id) const;
  http::Created<AuthorityView> complete(const http::Call& call, const core::AuthorityRequestId& id,
                                        const AnswerBody& body) const;
  void remove(const http::Call& call, const core::AuthorityRequestId& id) const;
  std::vector<DutyView> calendar(const http::Call& call) const;
  http::File revoked(const http::Call& call, const core::AuthorityId& id) const;
  http::Done<PublishedCrl> bring_in_crl(const http::Call& call, const core::AuthorityId& id,
                                        const CrlBody& body) const;
};

}  // namespace

void add_authority_requests(http::Surface& surface, db::Database& database,
                            service::Authorities& authorities, service::AuthorityRequests& requests,
                            service::Crls& crls, service::OfflineCrls& offline_crls) {
  http::Resource cas{surface, "Authorities",
                     AuthorityRequestsApi{database, authorities, requests, crls, offline_crls}};

  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/requests",
                         .summary = "Make the key of an authority that is certified elsewhere",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.request",
                         .handler = &AuthorityRequestsApi::create});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/requests",
                         .summary = "List the requests of authorities that wait for an answer",
                         .access = auth::read_cas,
                         .handler = &AuthorityRequestsApi::list});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/requests/{request_id}",
                         .summary = "Read one request of an authority",
                         .access = auth::read_cas,
                         .handler = &AuthorityRequestsApi::read});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/requests/{request_id}/export",
                         .summary = "Download the request, to be signed by an offline authority",
                         .access = auth::read_cas,
                         .file_types = {"application/pkcs10"},
                         .handler = &AuthorityRequestsApi::download});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/requests/{request_id}/complete",
                         .summary = "Bring in the certificate that answers the request",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.import",
                         .handler = &AuthorityRequestsApi::complete});
  cas.add(http::Endpoint{.method = http::delete_,
                         .path = "/cas/requests/{request_id}",
                         .summary = "Give up a request, with the key that was made for it",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.request_delete",
                         .handler = &AuthorityRequestsApi::remove});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/request",
                         .summary = "Make a request to renew an authority over its key elsewhere",
                         .access = auth::write_cas,
                         .limit = http::Limit::strict,
                         .action = "ca.request",
                         .handler = &AuthorityRequestsApi::renewal});
  cas.add(http::Endpoint{.method = http::get,
                         .path = "/cas/calendar",
                         .summary = "List what falls due for authorities, the next first",
                         .access = auth::read_cas,
                         .handler = &AuthorityRequestsApi::calendar});
  cas.add(
      http::Endpoint{.method = http::get,
                     .path = "/cas/{ca_id}/revoked-index",
                     .summary = "Download what was revoked, for a list that is signed elsewhere",
                     .access = auth::read_crl,
                     .file_types = {"text/plain"},
                     .handler = &AuthorityRequestsApi::revoked});
  cas.add(http::Endpoint{.method = http::post,
                         .path = "/cas/{ca_id}/crl",
                         .summary = "Publish a revocation list that was signed elsewhere",
                         .access = auth::write_crl,
                         .limit = http::Limit::strict,
                         .action = "crl.import",
                         .handler = &AuthorityRequestsApi::bring_in_crl});
}

namespace {

http::Created<AuthorityRequestView> AuthorityRequestsApi::create(const http::Call& call,
                                                                 const AuthorityBody& body) const {
  if (body.parent_id || body.csr || body.template_id) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"parent_id",
                                        "who signs elsewhere decides about parent and "
                                        "template"}}};
  }
  auto wanted = body;
  wanted.ca_type = std::nullopt;
  auto order = authority_order(wanted);
  order.type = core::AuthorityType::intermediate;
  const auto made = requests.create(call.act, order);
  return {.data = request_view(made), .message = "Request made"};
}

http::Created<AuthorityRequestView> AuthorityRequestsApi::renewal(
    const http::Call& call, const core::AuthorityId& id) const {
  return {.data = request_view(requests.renewal_of(call.act, id)), .message = "Request made"};
}

std::vector<AuthorityRequestView> AuthorityRequestsApi::list(const http::Call& /*call*/) const {
  std::vector<AuthorityRequestView> list;
  for (const auto& request : requests.list()) {
    list.push_back(request_view(request));
  }
  return list;
}

AuthorityRequestView AuthorityRequestsApi::read(const http::Call& /*call*/,
                                                const core::AuthorityRequestId& id) const {
  return request_view(requests.find(id));
}

http::File AuthorityRequestsApi::download(const http::Call& /*call*/,
                                          const core::AuthorityRequestId& id) const {
  const auto request = requests.find(id);
  return {.name = file_name(request.name, ".csr"),
          .content_type = "application/pkcs10",
          .content = crypto::to_pem("CERTIFICATE REQUEST", request.der)};
}

http::Created<AuthorityView> AuthorityRequestsApi::complete(const http::Call& call,
                                                            const core::AuthorityRequestId& id,
                                                            const AnswerBody& body) const {
  if (body.file.has_value() == body.certificate.has_value()) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"certificate", body.file ? "give either a file or a text" : "missing"}}};
  }
  auto content = service::read_import(
      body.file ? base::ByteView{body.file->bytes()} : base::as_bytes(*body.certificate),
      std::nullopt);
  if (!content) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"certificate", content.error().reason}}};
  }
  const auto made = requests.complete(call.act, id, *std::move(content));
  const auto issued = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.issued_by(made); });
  return {.data = api::v2::view(*authorities.issuer(made), issued, call.now),
          .message = "Certificate of the authority kept"};
}

void AuthorityRequestsApi::remove(const http::Call& call,
                                  const core::AuthorityRequestId& id) const {
  requests.remove(call.act, id);
}

std::vector<DutyView> AuthorityRequestsApi::calendar(const http::Call& call) const {
  std::vector<DutyView> duties;
  const auto add = [&](Duty duty, base::Time due_at, const service::Issuer& issuer,
                       std::string detail) {
    duties.push_back({.duty = duty,
                      .due_at = due_at,
                      .overdue = due_at < call.now,
                      .ca_id = issuer.authority.id,
                      .request_id = std::nullopt,
                      .name = issuer.authority.name,
                      .detail = std::move(detail)});
  };
  for (const auto& issuer : authorities.issuers()) {
    const auto end = issuer->authority.not_after;
    if (!issuer->authority.renewed_by && end > call.now) {
      const auto lifetime = end - issuer->authority.not_before;
      add(Duty::renew_authority, end - std::min<std::chrono::seconds>(renewal_ahead, lifetime / 3),
          *issuer, "renew it before what it issues would outlive it");
    }
    add(Duty::authority_ends, end, *issuer, "from then on everything below it is refused");
    if (!issuer->signer) {
      if (const auto crl = crls.latest(issuer->authority.id)) {
        add(Duty::sign_crl, crl->next_update, *issuer,
            "its key is elsewhere: have a new revocation list signed and bring it in");
      }
    }
  }
  for (const auto& request : requests.list()) {
    duties.push_back({.duty = Duty::complete_request,
                      .due_at = request.created_at,
                      .overdue = false,
                      .ca_id = request.authority_id,
                      .request_id = request.id,
                      .name = request.name,
                      .detail = "have the request signed and bring the certificate in"});
  }
  std::ranges::stable_sort(duties, {}, &DutyView::due_at);
  return duties;
}

http::File AuthorityRequestsApi::revoked(const http::Call& /*call*/,
                                         const core::AuthorityId& id) const {
  return {.name = "index.txt", .content_type = "text/plain", .content = offline_crls.index(id)};
}

http::Done<PublishedCrl> AuthorityRequestsApi::bring_in_crl(const http::Call& call,
                                                            const core::AuthorityId& id,
                                                            const CrlBody& body) const {
  if (body.file.has_value() == body.crl.has_value()) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"crl", body.file ? "give either a file or a text" : "missing"}}};
  }
  const auto crl = offline_crls.bring_in(
      call.act, id, body.file ? body.file->bytes() : base::as_bytes(*body.crl));
  return {.data = {id, crl->number, crl->this_update, crl->next_update, crl->entries},
          .message = "Revocation list published"};
}

}  // namespace
}  // namespace api::v2
