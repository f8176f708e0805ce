#include "crypto/jws.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "crypto/key_state.h"
#include "crypto/token.h"
#include "der/reader.h"
#include "der/writer.h"

namespace crypto {
namespace {

struct Scheme {
  SignatureAlgorithm algorithm;
  std::optional<Curve> curve;  // ECDSA: RFC 7518, section 3.4 binds the digest to the curve
};

std::optional<Scheme> scheme_of(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::RS256:
      return Scheme{SignatureAlgorithm::rsa_sha256, std::nullopt};
    case JwsAlgorithm::RS384:
      return Scheme{SignatureAlgorithm::rsa_sha384, std::nullopt};
    case JwsAlgorithm::RS512:
      return Scheme{SignatureAlgorithm::rsa_sha512, std::nullopt};
    case JwsAlgorithm::PS256:
      return Scheme{SignatureAlgorithm::rsa_pss_sha256, std::nullopt};
    case JwsAlgorithm::PS384:
      return Scheme{SignatureAlgorithm::rsa_pss_sha384, std::nullopt};
    case JwsAlgorithm::PS512:
      return Scheme{SignatureAlgorithm::rsa_pss_sha512, std::nullopt};
    case JwsAlgorithm::ES256:
      return Scheme{SignatureAlgorithm::ecdsa_sha256, Curve::p256};
    case JwsAlgorithm::ES384:
      return Scheme{SignatureAlgorithm::ecdsa_sha384, Curve::p384};
    case JwsAlgorithm::ES512:
      return Scheme{SignatureAlgorithm::ecdsa_sha512, Curve::p521};
    case JwsAlgorithm::EdDSA:
      return Scheme{SignatureAlgorithm::ed25519, std::nullopt};
    default:
      return std::nullopt;
  }
}

bool fits(const Scheme& scheme, const PublicKey& key) {
  const auto& state = KeyAccess::state(key);
  return type_of(scheme.algorithm) == state.type && (!scheme.curve || *scheme.curve == state.curve);
}

base::Bytes ecdsa_to_der(base::ByteView raw) {
  der::Writer writer{raw.size() + 16};
  writer.sequence([&] {
    writer.unsigned_integer(raw.first(raw.size() / 2));
    writer.unsigned_integer(raw.subspan(raw.size() / 2));
  });
  return std::move(writer).take();
}

der::Result<base::Bytes> ecdsa_from_der(base::ByteView der, std::size_t field) {
  der::Reader outer{der};
  auto pair = DER_TRY(outer.sequence());
  base::Bytes raw(2 * field);
  for (const auto end : {field, 2 * field}) {
    const auto number = DER_TRY(pair.unsigned_integer());
    if (number.size() > field) {
      return der::refuse("an ECDSA signature is too long");
    }
    std::ranges::copy(number, raw.begin() + static_cast<std::ptrdiff_t>(end - number.size()));
  }
  return raw;
}

DigestAlgorithm mac_digest(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::HS256:
      return DigestAlgorithm::sha256;
    case JwsAlgorithm::HS384:
      return DigestAlgorithm::sha384;
    case JwsAlgorithm::HS512:
      return DigestAlgorithm::sha512;
    default:
      throw base::Error{base::ErrorCode::internal, "this JWS algorithm is not a MAC"};
  }
}

}  // namespace

bool verify_jws(JwsAlgorithm algorithm, const PublicKey& key, base::ByteView signing_input,
                base::ByteView signature) {
  const auto scheme = scheme_of(algorithm);
  if (!scheme || !fits(*scheme, key)) {
    return false;
  }
  if (!scheme->curve) {
    return key.verify(scheme->algorithm, signing_input, signature);
  }
  return signature.size() == 2 * field_octets(*scheme->curve) &&
         key.verify(scheme->algorithm, signing_input, ecdsa_to_der(signature));
}

base::Bytes sign_jws(JwsAlgorithm algorithm, const PrivateKey& key, base::ByteView signing_input) {
  const auto scheme = scheme_of(algorithm);
  if (!scheme || !fits(*scheme, key.public_key())) {
    throw base::Error{base::ErrorCode::internal, "the JWS algorithm does not fit the key"};
  }
  auto signature = key.sign(scheme->algorithm, signing_input);
  return scheme->curve ? ecdsa_from_der(signature, field_octets(*scheme->curve)).value()
                       : std::move(signature);
}

base::Bytes jws_mac(JwsAlgorithm algorithm, base::ByteView secret, base::ByteView signing_input) {
  return hmac(mac_digest(algorithm), secret, signing_input);
}

bool verify_jws_mac(JwsAlgorithm algorithm, base::ByteView secret, base::ByteView signing_input,
                    base::ByteView mac) {
  return equal_in_constant_time(jws_mac(algorithm, secret, signing_input), mac);
}

JwsAlgorithm default_jws_algorithm(const PublicKey& key) {
  switch (default_signature_algorithm(key)) {
    case SignatureAlgorithm::ecdsa_sha256:
      return JwsAlgorithm::ES256;
    case SignatureAlgorithm::ecdsa_sha384:
      return JwsAlgorithm::ES384;
    case SignatureAlgorithm::ecdsa_sha512:
      return JwsAlgorithm::ES512;
    case SignatureAlgorithm::ed25519:
      return JwsAlgorithm::EdDSA;
    default:
      return JwsAlgorithm::RS256;
  }
}

}  // namespace crypto
