#include "protocol/acme/handlers.h"
#include "protocol/acme/wire.h"

namespace protocol::acme {
namespace {

using core::acme::OrderReference;
using core::acme::OrderStatus;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr std::string_view seconds_to_wait = "1";

std::optional<json::Raw> raw(const std::optional<std::string>& json) {
  return json ? std::optional{json::Raw{*json}} : std::nullopt;
}

http::Response order_response(const SignedRequest& request, int status,
                              const core::acme::Order& order) {
  const auto path = "/acme/order/" + order.reference().to_string();
  wire::Order body{.status = boost::describe::enum_to_string(order.status, ""),
                   .expires = order.expires_at,
                   .identifiers = {order.identifiers},
                   .notBefore = order.not_before,
                   .notAfter = order.not_after,
                   .error = raw(order.error),
                   .authorizations = {},
                   .finalize = request.url(path + "/finalize"),
                   .certificate = std::nullopt};
  for (const auto& authorization : core::acme::authorizations_of(order)) {
    body.authorizations.push_back(request.url("/acme/authz/" + authorization.to_string()));
  }
  if (order.certificate_id) {
    body.certificate = request.url("/acme/cert/" + order.reference().to_string());
  }
  http::Response response{.status = status,
                          .content_type = "application/json",
                          .headers = {{"Location", request.url(path)}},
                          .body = wire::to_json(body)};
  if (order.status == OrderStatus::processing) {
    response.headers.emplace_back("Retry-After", seconds_to_wait);
  }
  return response;
}

Result<void> check_post_as_get(const SignedRequest& request) {
  if (!request.is_post_as_get()) {
    return refuse(ProblemType::malformed, "this is read by a POST with an empty payload");
  }
  return {};
}

Result<base::Bytes> octets(const std::string& text, const char* name) {
  auto bytes = base::from_base64url(text);
  if (!bytes || bytes->empty()) {
    return refuse(ProblemType::malformed,
                  std::string{"\""} + name + "\" is not base64url of DER, without padding");
  }
  return *std::move(bytes);
}

}  // namespace

Answer new_order(const SignedRequest& request) {
  auto payload = ACME_TRY(request.payload<wire::NewOrder>());
  const auto order =
      ACME_TRY(request.acme.orders.create(request.call.act, *request.account,
                                          {.identifiers = std::move(payload.identifiers),
                                           .not_before = payload.notBefore,
                                           .not_after = payload.notAfter},
                                          *request.settings));
  constexpr int created = 201;
  return order_response(request, created, order);
}

Answer order(const SignedRequest& request) {
  ACME_CHECK(check_post_as_get(request));
  const auto reference = ACME_TRY(reference_in<OrderReference>(request));
  return order_response(request, 200,
                        ACME_TRY(request.acme.orders.find(*request.account, reference)));
}

Answer finalize(const SignedRequest& request) {
  const auto reference = ACME_TRY(reference_in<OrderReference>(request));
  const auto payload = ACME_TRY(request.payload<wire::Finalize>());
  const auto csr = base::from_base64url(payload.csr);
  if (!csr) {
    return refuse(ProblemType::badCSR, "\"csr\" is not base64url of DER, without padding");
  }
  return order_response(request, 200,
                        ACME_TRY(request.acme.orders.finalize(request.call.act, *request.account,
                                                              reference, *csr, *request.settings)));
}

Answer certificate(const SignedRequest& request) {
  ACME_CHECK(check_post_as_get(request));
  const auto reference = ACME_TRY(reference_in<OrderReference>(request));
  auto chain = ACME_TRY(request.acme.orders.certificate(*request.account, reference));
  return http::Response{.content_type = "application/pem-certificate-chain",
                        .body = std::move(chain)};
}

Answer revoke_certificate(const SignedRequest& request) {
  const auto payload = ACME_TRY(request.payload<wire::RevokeCertificate>());
  const auto der = ACME_TRY(octets(payload.certificate, "certificate"));
  auto& revocation = request.acme.revocation;
  if (request.account) {
    ACME_CHECK(revocation.revoke(request.call.act, *request.account, der, payload.reason));
  } else {
    ACME_CHECK(revocation.revoke(request.call.act, *request.jws.key, der, payload.reason));
  }
  return http::Response{.status = 200};
}

}  // namespace protocol::acme
