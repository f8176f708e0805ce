#include "core/acme/external_account.h"

#include <boost/json.hpp>

#include "core/acme/jwk.h"

namespace core::acme {
namespace {

constexpr std::size_t longest_kid = 255;

std::unexpected<Problem> malformed(const std::string& detail) {
  return refuse(ProblemType::malformed, "the externalAccountBinding " + detail);
}

Result<boost::json::object> read_object(std::string_view base64url, const std::string& what) {
  const auto octets = base::from_base64url(base64url);
  if (!octets) {
    return malformed("has a " + what + " that is not base64url without padding");
  }
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  auto value = boost::json::parse(base::as_text(*octets), error, {}, options);
  if (error || !value.is_object()) {
    return malformed("has a " + what + " that is not a JSON object");
  }
  return std::move(value.get_object());
}

std::optional<std::string> text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string()
             ? std::optional<std::string>{std::string_view{value->get_string()}}
             : std::nullopt;
}

Result<crypto::JwsAlgorithm> read_algorithm(const boost::json::object& header) {
  using enum crypto::JwsAlgorithm;
  const auto name = text_of(header, "alg").value_or("");
  for (const auto algorithm : {HS256, HS384, HS512}) {
    if (name == boost::describe::enum_to_string(algorithm, "")) {
      return algorithm;
    }
  }
  return refuse(ProblemType::badSignatureAlgorithm,
                "the externalAccountBinding is not signed with HS256, HS384 or HS512");
}

std::unexpected<Problem> refused(const std::string& detail) {
  return refuse(ProblemType::unauthorized, "the external account " + detail);
}

}  // namespace

ExternalAccountStatus status_at(const ExternalAccount& external, base::Time now) {
  using enum ExternalAccountStatus;
  if (external.revoked_at) {
    return revoked;
  }
  if (!external.is_enabled) {
    return disabled;
  }
  if (external.expires_at && *external.expires_at <= now) {
    return expired;
  }
  return external.used > 0 && !external.is_reusable ? used : active;
}

std::optional<Problem> binding_obstacle(const ExternalAccount& external,
                                        const std::optional<ServiceId>& service, base::Time now) {
  if (external.service_id && external.service_id != service) {
    return refused("is for another service of this server").error();
  }
  switch (status_at(external, now)) {
    case ExternalAccountStatus::active:
      return std::nullopt;
    case ExternalAccountStatus::used:
      return refused("was for one account, which exists already").error();
    case ExternalAccountStatus::expired:
      return refused("has expired").error();
    case ExternalAccountStatus::disabled:
      return refused("is disabled").error();
    case ExternalAccountStatus::revoked:
      return refused("was revoked").error();
  }
  return refused("has no known status").error();
}

std::optional<Problem> ordering_obstacle(const ExternalAccount& external) {
  if (external.revoked_at) {
    return refused("that this account is bound to was revoked").error();
  }
  if (!external.is_enabled) {
    return refused("that this account is bound to is disabled").error();
  }
  return std::nullopt;
}

bool ExternalBinding::is_made_with(base::ByteView mac_key) const {
  return crypto::verify_jws_mac(algorithm, mac_key, base::as_bytes(signing_input), mac);
}

Result<ExternalBinding> read_binding(const BindingText& text, std::string_view url,
                                     const crypto::PublicKey& account_key) {
  const auto header = ACME_TRY(read_object(text.protected_header, "protected header"));
  const auto algorithm = ACME_TRY(read_algorithm(header));
  const auto kid = text_of(header, "kid");
  if (!kid || kid->empty() || kid->size() > longest_kid) {
    return malformed("has no kid");
  }
  if (header.contains("nonce")) {
    return malformed("has a nonce, which belongs into the outer JWS");
  }
  if (text_of(header, "url") != url) {
    return malformed("has another url than the request");
  }
  const auto jwk = ACME_TRY(read_object(text.payload, "payload"));
  if (ACME_TRY(read_jwk(jwk)) != account_key) {
    return malformed("is over another key than the account's");
  }
  auto mac = base::from_base64url(text.signature);
  if (!mac || mac->empty()) {
    return malformed("has no signature in base64url");
  }
  return ExternalBinding{.algorithm = algorithm,
                         .kid = *kid,
                         .signing_input = text.protected_header + "." + text.payload,
                         .mac = *std::move(mac)};
}

}  // namespace core::acme
