#include "protocol/acme/handlers.h"
#include "protocol/acme/wire.h"

namespace protocol::acme {
namespace {

using core::acme::OrderReference;
using core::acme::OrderStatus;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

// An order is processing as long as a person has not approved it.
constexpr std::string_view seconds_to_wait = "15";

std::optional<json::Raw> raw(const std::optional<std::string>& json) {
  return json ? std::optional{json::Raw{*json}} : std::nullopt;
}

// `replaces` is echoed to whoever ordered (RFC 9773, section 5); the name that was sent is not
// kept.
http::Response order_response(const SignedRequest& request, int status,
                              const core::acme::Order& order,
                              std::optional<std::string> replaces = std::nullopt) {
  const auto path = "/order/" + order.reference().to_string();
  wire::Order body{.status = boost::describe::enum_to_string(order.status, ""),
                   .expires = order.expires_at,
                   .identifiers = {order.identifiers},
                   .notBefore = order.not_before,
                   .notAfter = order.not_after,
                   .error = raw(order.error),
                   .authorizations = {},
                   .finalize = request.url(path + "/finalize"),
                   .certificate = std::nullopt,
                   .profile = order.profile,
                   .replaces = std::move(replaces)};
  for (const auto& authorization : core::acme::authorizations_of(order)) {
    body.authorizations.push_back(request.url("/authz/" + authorization.to_string()));
  }
  if (order.certificate_id) {
    body.certificate = request.url("/cert/" + order.reference().to_string());
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
  service::AcmeOrders::NewOrder wanted{.identifiers = {},
                                       .not_before = payload.notBefore,
                                       .not_after = payload.notAfter,
                                       .profile = std::move(payload.profile),
                                       .replaces = payload.replaces};
  for (auto& [type, value, ancestor] : payload.identifiers) {
    wanted.identifiers.push_back({.type = std::move(type), .value = std::move(value)});
    wanted.ancestor_domains.push_back(std::move(ancestor));
  }
  const auto order = ACME_TRY(
      request.acme.orders.create(request.call.act, *request.account, wanted, *request.settings));
  constexpr int created = 201;
  return order_response(request, created, order, payload.replaces);
}

Answer order(const SignedRequest& request) {
  ACME_CHECK(check_post_as_get(request));
  const auto reference = ACME_TRY(reference_in<OrderReference>(request));
  return order_response(
      request, 200,
      ACME_TRY(request.acme.orders.find(*request.account, reference, *request.settings)));
}

Answer finalize(const SignedRequest& request) {
  const auto reference = ACME_TRY(reference_in<OrderReference>(request));
  const auto payload = ACME_TRY(request.payload<wire::Finalize>());
  const auto csr = base::from_base64url(payload.csr);
  if (!csr) {
    return refuse(ProblemType::badCSR, "\"csr\" is not base64url of DER, without padding");
  }
  return order_response(
      request, 200,
      ACME_TRY(request.acme.finalizing.finalize(request.call.act, *request.account, reference, *csr,
                                                request.account_url(), *request.settings)));
}

namespace {

// One of the chains of a certificate, with links to the others (section 7.4.2).
Answer download(const SignedRequest& request, const OrderReference& reference, std::size_t chain) {
  ACME_CHECK(check_post_as_get(request));
  auto download = ACME_TRY(
      request.acme.downloads.certificate(*request.account, reference, chain, *request.settings));
  const auto url = request.url("/cert/" + reference.to_string());
  http::Response response{.content_type = "application/pem-certificate-chain",
                          .body = std::move(download.pem)};
  for (std::size_t i = 0; i < download.chains; ++i) {
    if (i != chain) {
      response.headers.emplace_back(
          "Link", "<" + url + (i == 0 ? "" : "/" + std::to_string(i)) + ">;rel=\"alternate\"");
    }
  }
  return response;
}

}  // namespace

Answer certificate(const SignedRequest& request) {
  return download(request, ACME_TRY(reference_in<OrderReference>(request)), 0);
}

Answer alternate_certificate(const SignedRequest& request) {
  const auto reference = ACME_TRY(reference_in<OrderReference>(request));
  const auto chain = base::from_text<std::int64_t>(request.path.at(1));
  if (!chain || *chain < 1) {
    return nothing_here();
  }
  return download(request, reference, static_cast<std::size_t>(*chain));
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
