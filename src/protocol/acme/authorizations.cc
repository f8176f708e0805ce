#include "protocol/acme/handlers.h"
#include "protocol/acme/wire.h"

namespace protocol::acme {
namespace {

using core::acme::AuthorizationReference;
using core::acme::AuthorizationStatus;
using core::acme::ChallengeStatus;
using core::acme::ChallengeType;
using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

// "{authorization}.http-01": a challenge needs no row of its own.
std::string challenge_name(const core::acme::Authorization& authorization, ChallengeType type) {
  return authorization.reference().to_string() + "." + std::string{core::acme::wire_name(type)};
}

wire::Challenge challenge_body(const SignedRequest& request,
                               const core::acme::Authorization& authorization, ChallengeType type) {
  const bool chosen = authorization.attempted == type;
  wire::Challenge body{
      .type = std::string{core::acme::wire_name(type)},
      .url = request.url("/challenge/" + challenge_name(authorization, type)),
      .status =
          boost::describe::enum_to_string(core::acme::challenge_status(authorization, type), ""),
      .token = std::nullopt,
      .validated = chosen ? authorization.validated_at : std::nullopt,
      .error = chosen && authorization.error ? std::optional{json::Raw{*authorization.error}}
                                             : std::nullopt,
      .accounturi = std::nullopt,
      .issuer_domain_names = std::nullopt,
      .issuerDomainNames = std::nullopt};
  if (type == ChallengeType::dns_persist_01) {
    body.accounturi = request.account_url();
    body.issuer_domain_names = request.settings->issuer_names();
    body.issuerDomainNames = body.issuer_domain_names;
  } else {
    body.token = authorization.token;
  }
  return body;
}

// While a challenge is processing, the client is to come back (RFC 8555, section 7.5.1 and 8.2).
void add_retry_after(http::Response& response, const core::acme::Authorization& authorization) {
  if (authorization.attempted && authorization.status == AuthorizationStatus::pending) {
    response.headers.emplace_back("Retry-After", "1");
  }
}

std::string authorization_url(const SignedRequest& request,
                              const core::acme::Authorization& authorization) {
  return request.url("/authz/" + authorization.reference().to_string());
}

http::Response authorization_response(const SignedRequest& request,
                                      const core::acme::Authorization& authorization) {
  const auto status = core::acme::status_at(authorization, request.call.now);
  wire::Authorization body{
      .identifier = {.type = authorization.identifier_type, .value = authorization.identifier},
      .status = boost::describe::enum_to_string(status, ""),
      .expires = authorization.expires_at,
      .challenges = {},
      .wildcard = authorization.wildcard ? std::optional{true} : std::nullopt,
      .subdomainAuthAllowed = authorization.subdomains ? std::optional{true} : std::nullopt};
  for (const auto type : core::acme::visible_challenges(authorization)) {
    body.challenges.push_back(challenge_body(request, authorization, type));
  }
  http::Response response{.content_type = "application/json", .body = wire::to_json(body)};
  add_retry_after(response, authorization);
  return response;
}

struct ChallengeReference {
  AuthorizationReference authorization;
  ChallengeType type;
};

Result<ChallengeReference> read_challenge_reference(std::string_view text) {
  const auto dot = std::min(text.find('.'), text.size());
  auto authorization = AuthorizationReference::parse(text.substr(0, dot));
  const auto type = core::acme::challenge_type(text.substr(std::min(dot + 1, text.size())));
  if (!authorization || !type) {
    return nothing_here();
  }
  return ChallengeReference{*std::move(authorization), *type};
}

}  // namespace

Answer new_authorization(const SignedRequest& request) {
  const auto [identifier] = ACME_TRY(request.payload<wire::NewAuthorization>());
  const auto authorized = ACME_TRY(request.acme.orders.authorize(
      request.call.act, *request.account, {.type = identifier.type, .value = identifier.value},
      identifier.subdomainAuthAllowed.value_or(false), *request.settings));
  auto response = authorization_response(request, authorized.authorization);
  constexpr int created = 201;
  response.status = authorized.is_new ? created : 200;
  response.headers.emplace_back("Location", authorization_url(request, authorized.authorization));
  return response;
}

Answer authorization(const SignedRequest& request) {
  const auto reference = ACME_TRY(reference_in<AuthorizationReference>(request));
  auto& orders = request.acme.orders;
  if (request.is_post_as_get()) {
    return authorization_response(request, ACME_TRY(orders.find(*request.account, reference)));
  }
  const auto payload = ACME_TRY(request.payload<wire::UpdateAuthorization>());
  if (payload.status != "deactivated") {
    return refuse(ProblemType::malformed,
                  "the status of an authorization can only become deactivated");
  }
  return authorization_response(
      request, ACME_TRY(orders.deactivate(request.call.act, *request.account, reference)));
}

Answer challenge(const SignedRequest& request) {
  const auto reference = ACME_TRY(read_challenge_reference(request.path.at(0)));
  const auto read_or_respond = [&]() -> Result<core::acme::Authorization> {
    if (request.is_post_as_get()) {
      return request.acme.orders.find(*request.account, reference.authorization);
    }
    // Whatever is in the object: older clients send their key authorization along.
    ACME_TRY(request.payload<wire::UpdateAuthorization>());
    return request.acme.validation.respond(request.call.act, *request.account,
                                           reference.authorization, reference.type,
                                           request.account_url());
  };
  const auto authorization = ACME_TRY(read_or_respond());
  const auto offered = core::acme::offered(authorization);
  if (std::ranges::find(offered, reference.type) == offered.end()) {
    return nothing_here();
  }
  http::Response response{
      .content_type = "application/json",
      .headers = {{"Link", "<" + authorization_url(request, authorization) + ">;rel=\"up\""}},
      .body = wire::to_json(challenge_body(request, authorization, reference.type))};
  add_retry_after(response, authorization);
  return response;
}

}  // namespace protocol::acme
