#include "core/acme/jwk.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/bytes.h"
#include "crypto/digest.h"

namespace core::acme {
namespace {

std::unexpected<Problem> bad(std::string detail) {
  return refuse(ProblemType::badPublicKey, std::move(detail));
}

Result<std::string_view> text_of(const boost::json::object& jwk, std::string_view name) {
  const auto* value = jwk.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return bad("the jwk has no text \"" + std::string{name} + "\"");
  }
  return std::string_view{value->get_string()};
}

Result<base::Bytes> octets_of(const boost::json::object& jwk, std::string_view name) {
  auto octets = base::from_base64url(ACME_TRY(text_of(jwk, name)));
  if (!octets || octets->empty()) {
    return bad("\"" + std::string{name} + "\" of the jwk is not base64url");
  }
  return *std::move(octets);
}

// RFC 7518, section 6.3.1.1: no leading zero octets, or the thumbprint would not be unique.
Result<base::Bytes> integer_of(const boost::json::object& jwk, std::string_view name) {
  auto octets = ACME_TRY(octets_of(jwk, name));
  if (octets.front() == 0) {
    return bad("\"" + std::string{name} + "\" of the jwk starts with a zero octet");
  }
  return octets;
}

Result<crypto::PublicKey> made(std::expected<crypto::PublicKey, base::ParseError> key) {
  if (!key) {
    return bad("the key is not accepted: " + key.error().reason);
  }
  return *std::move(key);
}

Result<crypto::PublicKey> read_ec(const boost::json::object& jwk) {
  constexpr std::pair<std::string_view, crypto::Curve> curves[] = {
      {"P-256", crypto::Curve::p256},
      {"P-384", crypto::Curve::p384},
      {"P-521", crypto::Curve::p521},
  };
  const auto name = ACME_TRY(text_of(jwk, "crv"));
  const auto* curve =
      std::ranges::find(curves, name, &std::pair<std::string_view, crypto::Curve>::first);
  if (curve == std::ranges::end(curves)) {
    return bad("the curve of the jwk is none of P-256, P-384, P-521");
  }
  const auto x = ACME_TRY(octets_of(jwk, "x"));
  const auto y = ACME_TRY(octets_of(jwk, "y"));
  return made(crypto::PublicKey::from_ec_point(curve->second, x, y));
}

Result<crypto::PublicKey> read_okp(const boost::json::object& jwk) {
  if (ACME_TRY(text_of(jwk, "crv")) != "Ed25519") {
    return bad("the curve of the jwk is not Ed25519");
  }
  return made(crypto::PublicKey::from_ed25519(ACME_TRY(octets_of(jwk, "x"))));
}

Result<crypto::PublicKey> read_rsa(const boost::json::object& jwk) {
  const auto n = ACME_TRY(integer_of(jwk, "n"));
  const auto e = ACME_TRY(integer_of(jwk, "e"));
  return made(crypto::PublicKey::from_rsa(n, e));
}

std::string_view curve_name(crypto::Curve curve) {
  switch (curve) {
    case crypto::Curve::p256:
      return "P-256";
    case crypto::Curve::p384:
      return "P-384";
    case crypto::Curve::p521:
      return "P-521";
  }
  return {};
}

}  // namespace

Result<crypto::PublicKey> read_jwk(const boost::json::object& jwk) {
  for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (jwk.contains(secret)) {
      return bad("the jwk carries a private key, which is no longer private now");
    }
  }
  if (const auto* use = jwk.if_contains("use"); use != nullptr && *use != "sig") {
    return bad("the key of the jwk is not for signatures");
  }
  const auto type = ACME_TRY(text_of(jwk, "kty"));
  if (type == "EC") {
    return read_ec(jwk);
  }
  if (type == "RSA") {
    return read_rsa(jwk);
  }
  if (type == "OKP") {
    return read_okp(jwk);
  }
  return bad("the key type of the jwk is none of EC, RSA, OKP");
}

// The required members in the order of their names, without blanks (RFC 7638, section 3.3).
std::string jwk_text(const crypto::PublicKey& key) {
  if (const auto point = key.ec_point()) {
    return "{\"crv\":\"" + std::string{curve_name(point->curve)} + "\",\"kty\":\"EC\",\"x\":\"" +
           base::to_base64url(point->x) + "\",\"y\":\"" + base::to_base64url(point->y) + "\"}";
  }
  if (const auto rsa = key.rsa()) {
    return "{\"e\":\"" + base::to_base64url(rsa->exponent) + "\",\"kty\":\"RSA\",\"n\":\"" +
           base::to_base64url(rsa->modulus) + "\"}";
  }
  // RFC 8037, appendix A.3.
  return "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" +
         base::to_base64url(key.ed25519().value_or(base::Bytes{})) + "\"}";
}

std::string thumbprint(const crypto::PublicKey& key) {
  return base::to_base64url(crypto::sha256(base::as_bytes(jwk_text(key))));
}

}  // namespace core::acme
