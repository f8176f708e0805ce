#include "protocol/acme/request.h"

#include "base/text.h"
#include "core/acme/account.h"

namespace protocol::acme {
namespace {

using core::acme::ProblemType;
using core::acme::refuse;
using core::acme::Result;

constexpr std::string_view jose_json = "application/jose+json";
constexpr std::string_view account_path = "/acct/";
constexpr int unsupported_media_type = 415;

// "application/jose+json; charset=utf-8" is one; parameters mean nothing here.
bool is_jose(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) {
    type.remove_suffix(1);
  }
  return base::equal_ignoring_case(type, jose_json);
}

Result<service::AcmeAccountPointer> account_of(const SignedRequest& request) {
  // The host may differ, and the service: an account made under one name of the server is good
  // under another, as far as that one's rules for accounts go.
  const std::string_view kid = request.jws.kid;
  const auto at = kid.rfind(account_path);
  const auto reference =
      at == std::string_view::npos || !kid.starts_with("https://") ||
              kid.find("/acme/") == std::string_view::npos
          ? std::unexpected(base::ParseError{})
          : core::acme::AccountReference::parse(kid.substr(at + account_path.size()));
  if (!reference) {
    return refuse(ProblemType::accountDoesNotExist, "the kid is no account of this server");
  }
  return request.acme.accounts.find(*reference);
}

Result<void> verify(SignedRequest& request, SignedBy signed_by) {
  if (request.jws.key) {
    if (signed_by == SignedBy::account) {
      return refuse(ProblemType::malformed, "this has to be signed by an account, with a kid");
    }
    return request.jws.verify(*request.jws.key);
  }
  if (signed_by == SignedBy::jwk) {
    return refuse(ProblemType::malformed, "this has to be signed by the key in a jwk");
  }
  request.account = ACME_TRY(account_of(request));
  ACME_CHECK(request.jws.verify(request.account->key));
  // After the signature: whether an account is deactivated is its owner's business.
  if (auto obstacle = core::acme::account_obstacle(request.account->account.status)) {
    return std::unexpected(*std::move(obstacle));
  }
  return {};
}

}  // namespace

std::string base_url(const http::Request& request, const service::AcmeSettings& settings) {
  return settings.base_url.empty() ? "https://" + request.host : settings.base_url;
}

std::string SignedRequest::account_url() const {
  constexpr std::size_t longest = 500;  // it is kept
  return jws.kid.empty() || jws.kid.size() > longest
             ? settings->account_url(base, account->account.reference())
             : jws.kid;
}

Result<boost::json::value> SignedRequest::payload_value() const {
  try {
    return json::parse_value(base::as_text(jws.payload));
  } catch (const base::Error&) {
    return refuse(ProblemType::malformed, "the payload is not JSON");
  }
}

Result<SignedRequest> read_request(const http::Call& call, service::Acme& acme,
                                   std::shared_ptr<const service::AcmeSettings> settings,
                                   const http::PathValues& path, SignedBy signed_by) {
  if (!is_jose(call.request.header("content-type"))) {
    return refuse(ProblemType::malformed, "the Content-Type has to be " + std::string{jose_json},
                  unsupported_media_type);
  }
  auto jws = ACME_TRY(core::acme::read_jws(call.request.body));
  auto base = base_url(call.request, *settings);
  // Section 6.4.
  if (jws.url != base + call.request.target) {
    return refuse(ProblemType::unauthorized,
                  "the url in the protected header is not this one, " + base + call.request.target);
  }
  // Before the signature, which costs a hundred times more: whoever replays pays with the nonce.
  if (!acme.nonces.use(jws.nonce)) {
    return refuse(ProblemType::badNonce, "the nonce is not one that this server is waiting for");
  }
  SignedRequest request{.call = call,
                        .acme = acme,
                        .settings = std::move(settings),
                        .base = std::move(base),
                        .path = path,
                        .jws = std::move(jws),
                        .account = nullptr};
  ACME_CHECK(verify(request, signed_by));
  return request;
}

}  // namespace protocol::acme
